//! Headers and blocks: ids, and what must be right in them without knowing the
//! chain around them.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::{hash, Domain, Hash};
use crate::merkle::list_root;
use crate::proto::{decode_canonical, Block, ErrorCode, Header, Parameters};
use crate::{certificate, evidence};
use prost::Message;
use std::collections::BTreeSet;

const CODE: ErrorCode = ErrorCode::BlockMalformed;
/// Pieces of evidence in one block.
pub const EVIDENCE_MAX: usize = 64;
/// Of the evidence in one block.
pub const EVIDENCE_BYTES_MAX: usize = 128 * 1024;
/// Of an encoded block: room for [`EVIDENCE_BYTES_MAX`], 4,096 digests and a
/// certificate of the largest validator set. Decoding takes up to a hundred
/// times these bytes.
pub const BLOCK_BYTES_MAX: usize = 512 * 1024;
/// Of an encoded header.
pub const HEADER_BYTES_MAX: usize = 1024;
/// Of a chain's name.
pub const CHAIN_ID_BYTES_MAX: usize = 64;
/// Heights between a block and the header that carries its results.
pub const EXECUTION_LAG: u64 = 2;

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(CODE, why)
}

/// `BLAKE3(0x14 | header encoding)`.
pub fn id_of_encoded(header: &[u8]) -> Hash {
    hash(Domain::Block, &[header])
}

/// The id of the block with that header.
pub fn id(header: &Header) -> Hash {
    id_of_encoded(&header.encode_to_vec())
}

/// `BLAKE3(0x06 | encoding)`.
pub fn parameters_hash(parameters: &Parameters) -> Hash {
    hash(Domain::Parameters, &[&parameters.encode_to_vec()])
}

/// A header in its one canonical encoding, with fields of the right sizes.
/// Errors: `BLOCK_MALFORMED`.
pub fn decode_header(bytes: &[u8]) -> CoreResult<Header> {
    if bytes.len() > HEADER_BYTES_MAX {
        return Err(malformed(format!(
            "a header of {} bytes, at most {HEADER_BYTES_MAX}",
            bytes.len()
        )));
    }
    let header: Header = decode_canonical(bytes, CODE)?;
    check_header(&header)?;
    Ok(header)
}

/// Whether the fields of a header have the right sizes.
pub fn check_header(header: &Header) -> CoreResult<()> {
    if header.protocol_version == 0 || header.height == 0 {
        return Err(malformed("protocol versions and heights start at 1"));
    }
    if !(1..=CHAIN_ID_BYTES_MAX).contains(&header.chain_id.len()) {
        return Err(malformed(format!("a chain id has 1 to {CHAIN_ID_BYTES_MAX} bytes")));
    }
    let fields: [(&str, &[u8]); 11] = [
        ("parent", &header.parent),
        ("proposer", &header.proposer),
        ("validators_hash", &header.validators_hash),
        ("next_validators_hash", &header.next_validators_hash),
        ("parameters_hash", &header.parameters_hash),
        ("last_certificate_hash", &header.last_certificate_hash),
        ("evidence_hash", &header.evidence_hash),
        ("batch_root", &header.batch_root),
        ("state_root", &header.state_root),
        ("receipts_root", &header.receipts_root),
        ("messages_root", &header.messages_root),
    ];
    fields.iter().try_for_each(|(name, bytes)| array::<32>(bytes, name, CODE).map(|_| ()))
}

/// A block in its one canonical encoding, checked by [`check`].
pub fn decode(bytes: &[u8], batches_max: u32) -> CoreResult<(Block, Hash)> {
    if bytes.len() > BLOCK_BYTES_MAX {
        return Err(malformed(format!(
            "a block of {} bytes, at most {BLOCK_BYTES_MAX}",
            bytes.len()
        )));
    }
    let block = decode_canonical(bytes, CODE)?;
    let id = check(&block, batches_max)?;
    Ok((block, id))
}

/// Checks that the header is whole and that certificate, evidence and batches
/// are those it names; gives the block's id. Whether the certificate and the
/// evidence are true, and whether the header follows from its parent, needs the
/// chain. Errors: `BLOCK_MALFORMED`.
pub fn check(block: &Block, batches_max: u32) -> CoreResult<Hash> {
    let header = block.header.as_ref().ok_or_else(|| malformed("the header is missing"))?;
    check_header(header)?;
    if block.last_certificate.is_some() != (header.height > 1) {
        return Err(malformed("every block but the first has the certificate of the one before"));
    }
    if header.last_certificate_hash != certificate::hash_of(block.last_certificate.as_ref()) {
        return Err(malformed("last_certificate_hash is of another certificate"));
    }
    if block.evidence.len() > EVIDENCE_MAX {
        return Err(malformed(format!("more than {EVIDENCE_MAX} pieces of evidence")));
    }
    if block.evidence.iter().map(Message::encoded_len).sum::<usize>() > EVIDENCE_BYTES_MAX {
        return Err(malformed(format!("more than {EVIDENCE_BYTES_MAX} bytes of evidence")));
    }
    if header.evidence_hash != evidence::hash_of(&block.evidence) {
        return Err(malformed("evidence_hash is of other evidence"));
    }
    check_batches(&block.batches, &header.batch_root, batches_max)?;
    Ok(id(header))
}

fn check_batches(batches: &[Vec<u8>], root: &[u8], batches_max: u32) -> CoreResult<()> {
    if batches.len() > batches_max as usize {
        return Err(malformed(format!("{} batches, at most {batches_max}", batches.len())));
    }
    let mut seen = BTreeSet::new();
    for digest in batches {
        array::<32>(digest, "batch digest", CODE)?;
        if !seen.insert(digest) {
            return Err(malformed("a batch is named twice"));
        }
    }
    if root != list_root(batches) {
        return Err(malformed("batch_root is of other batches"));
    }
    Ok(())
}
