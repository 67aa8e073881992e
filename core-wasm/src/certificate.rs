//! Commit certificates: precommits of more than two thirds for one block.
#![forbid(unsafe_code)]

use crate::ed25519::{self, Check, PublicKey, SignatureBytes};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::{hash, Domain, Hash};
use crate::proto::{decode_canonical, CommitCertificate, ErrorCode, Vote, VoteType};
use crate::validators::Validators;
use crate::vote::vote_sign_bytes;
use prost::Message;

const CODE: ErrorCode = ErrorCode::CertificateInvalid;
/// Of what an encoded certificate has besides its signatures.
const FRAME_BYTES_MAX: usize = 64;
/// Of one encoded signature with its validator.
const SIGNATURE_BYTES_MAX: usize = 104;

fn invalid(why: impl Into<String>) -> CoreError {
    CoreError::with(CODE, why)
}

/// `BLAKE3(0x07 | encoding)`; of nothing where there is none.
pub fn hash_of(certificate: Option<&CommitCertificate>) -> Hash {
    let encoded = certificate.map(Message::encode_to_vec).unwrap_or_default();
    hash(Domain::Certificate, &[&encoded])
}

/// Decodes and checks. Errors: as [`check`].
pub fn decode_and_check(
    genesis_hash: &Hash,
    validators: &Validators,
    bytes: &[u8],
) -> CoreResult<CommitCertificate> {
    if bytes.len() > FRAME_BYTES_MAX + validators.count() * SIGNATURE_BYTES_MAX {
        return Err(invalid("larger than a certificate of all validators"));
    }
    let certificate = decode_canonical(bytes, CODE)?;
    check(genesis_hash, validators, &certificate)?;
    Ok(certificate)
}

/// Whether members of the set with more than two thirds of its power signed
/// precommits for the certificate's block, and nobody else and nothing wrong is
/// in it. Errors: `CERTIFICATE_INVALID`, `CERTIFICATE_POWER`.
pub fn check(
    genesis_hash: &Hash,
    validators: &Validators,
    certificate: &CommitCertificate,
) -> CoreResult<()> {
    if certificate.height == 0 {
        return Err(invalid("heights start at 1"));
    }
    array::<32>(&certificate.block_id, "block_id", CODE)?;
    if certificate.signatures.len() > validators.count() {
        return Err(invalid("more signatures than validators"));
    }
    let signed = signed_messages(genesis_hash, validators, certificate)?;
    // Members are distinct, so this is at most the total, below 2^60.
    let power: u64 = signed.iter().map(|signed| signed.power).sum();
    if !validators.is_quorum(power) {
        let why =
            format!("power {power} of {}, more than two thirds needed", validators.total_power());
        return Err(CoreError::with(ErrorCode::CertificatePower, why));
    }
    let checks: Vec<Check<'_>> = signed.iter().map(Signed::check).collect();
    if !ed25519::verify_all(&checks, genesis_hash) {
        return Err(invalid("a signature is not the validator's"));
    }
    Ok(())
}

struct Signed<'a> {
    public_key: &'a PublicKey,
    power: u64,
    message: Vec<u8>,
    signature: &'a SignatureBytes,
}

impl Signed<'_> {
    fn check(&self) -> Check<'_> {
        Check { public_key: self.public_key, message: &self.message, signature: self.signature }
    }
}

fn signed_messages<'a>(
    genesis_hash: &Hash,
    validators: &'a Validators,
    certificate: &'a CommitCertificate,
) -> CoreResult<Vec<Signed<'a>>> {
    let mut above: Option<&[u8]> = None;
    let mut signed = Vec::with_capacity(certificate.signatures.len());
    for entry in &certificate.signatures {
        let address = entry.validator.as_slice();
        if above.is_some_and(|above| address <= above) {
            return Err(invalid("signatures are not in ascending order of distinct validators"));
        }
        above = Some(address);
        let member =
            validators.get(address).ok_or_else(|| invalid("a signer is not a validator"))?;
        signed.push(Signed {
            public_key: &member.public_key,
            power: member.power,
            message: vote_sign_bytes(genesis_hash, &precommit(certificate, address)),
            signature: array(&entry.signature, "signature", CODE)?,
        });
    }
    Ok(signed)
}

/// The vote that a signature of the certificate is of, without signature.
pub fn precommit(certificate: &CommitCertificate, validator: &[u8]) -> Vote {
    Vote {
        r#type: VoteType::Precommit as i32,
        height: certificate.height,
        round: certificate.round,
        block_id: certificate.block_id.clone(),
        validator: validator.to_vec(),
        signature: Vec::new(),
    }
}
