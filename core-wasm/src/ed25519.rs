//! ed25519 signatures by the rules of ZIP-215: which signatures are valid does
//! not depend on whether they are checked alone or together.
#![forbid(unsafe_code)]

use core::convert::Infallible;
use ed25519_zebra::{batch, Signature, SigningKey, VerificationKey, VerificationKeyBytes};
use rand_core::{TryCryptoRng, TryRng};

/// Compressed point.
pub type PublicKey = [u8; 32];
/// `R | s`.
pub type SignatureBytes = [u8; 64];

/// One signature to check.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Whose signature it should be.
    pub public_key: &'a PublicKey,
    /// What should be signed.
    pub message: &'a [u8],
    /// `R | s`.
    pub signature: &'a SignatureBytes,
}

impl Check<'_> {
    /// Whether the signature is valid.
    pub fn holds(&self) -> bool {
        verify(self.public_key, self.message, self.signature)
    }
}

/// Whether a signature is valid.
pub fn verify(public_key: &PublicKey, message: &[u8], signature: &SignatureBytes) -> bool {
    VerificationKey::try_from(*public_key)
        .and_then(|key| key.verify(&Signature::from_bytes(signature), message))
        .is_ok()
}

/// Whether the bytes are a point of the curve, so that a key may exist for them.
pub fn is_public_key(public_key: &PublicKey) -> bool {
    VerificationKey::try_from(*public_key).is_ok()
}

/// Beyond this many, larger batches gain little and fail more dearly.
const BATCH: usize = 512;
/// Below this many, one by one is as fast.
const BATCH_MIN: usize = 8;
/// How many times a batch may be gone through in search of bad signatures
/// before the rest is checked one by one. A lone bad one needs three.
const SEARCH: usize = 4;

/// Which of the signatures are valid. `seed` is mixed with all that is checked
/// to draw the batch coefficients: they can be known by nobody before the
/// signatures are, even where the seed is.
pub fn verify_batch(checks: &[Check<'_>], seed: &[u8; 32]) -> Vec<bool> {
    let mut valid = Vec::with_capacity(checks.len());
    for part in checks.chunks(BATCH) {
        let mut budget = part.len() * SEARCH;
        search(part, seed, &mut budget, &mut valid);
    }
    valid
}

/// Whether every one of the signatures is valid.
pub fn verify_all(checks: &[Check<'_>], seed: &[u8; 32]) -> bool {
    checks.chunks(BATCH).all(|part| {
        if part.len() < BATCH_MIN {
            part.iter().all(Check::holds)
        } else {
            together(part, seed)
        }
    })
}

/// Appends one verdict per check, halving what fails.
fn search(checks: &[Check<'_>], seed: &[u8; 32], budget: &mut usize, valid: &mut Vec<bool>) {
    if checks.len() < BATCH_MIN || *budget < checks.len() {
        valid.extend(checks.iter().map(Check::holds));
        return;
    }
    *budget -= checks.len();
    if together(checks, seed) {
        valid.resize(valid.len() + checks.len(), true);
        return;
    }
    let (first, second) = checks.split_at(checks.len() / 2);
    search(first, seed, budget, valid);
    search(second, seed, budget, valid);
}

fn together(checks: &[Check<'_>], seed: &[u8; 32]) -> bool {
    let mut transcript = blake3::Hasher::new_keyed(seed);
    let mut verifier = batch::Verifier::new();
    for check in checks {
        transcript.update(check.public_key).update(check.signature);
        transcript.update(&(check.message.len() as u64).to_le_bytes()).update(check.message);
        let key = VerificationKeyBytes::from(*check.public_key);
        verifier.queue((key, Signature::from_bytes(check.signature), check.message));
    }
    verifier.verify(Transcript(transcript.finalize_xof())).is_ok()
}

/// Coefficients drawn from the keyed hash of everything they are for: without
/// a source of randomness in the crate, and the same on every machine.
struct Transcript(blake3::OutputReader);

impl TryRng for Transcript {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Transcript {}

/// The public key of a seed (RFC 8032 private key).
pub fn public_key_of(seed: &[u8; 32]) -> PublicKey {
    VerificationKeyBytes::from(&SigningKey::from(*seed)).into()
}

/// The signature of RFC 8032: deterministic. For tests and tools; a node signs
/// through its signer.
pub fn sign_with(seed: &[u8; 32], message: &[u8]) -> SignatureBytes {
    SigningKey::from(*seed).sign(message).to_bytes()
}
