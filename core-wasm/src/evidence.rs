//! Proof that a validator signed what it may not: two things where there is
//! one, or a batch that no state makes valid. The one judge of it.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::hash::{Domain, Hash};
use crate::invalid_batch::convict;
use crate::proto::{decode_canonical, evidence, DuplicateProposal, DuplicateVote};
use crate::proto::{ErrorCode, Evidence};
use crate::validators::Validators;
use crate::vote::{verify_proposal, verify_vote};
use prost::Message;

/// Of one encoded piece: room for two of the largest envelopes and their proofs.
pub const PIECE_BYTES_MAX: usize = 40 * 1024;

fn malformed(why: &str) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, why)
}

/// `BLAKE3(0x08 | each: length (u32, little endian) | encoding)`.
pub fn hash_of(evidence: &[Evidence]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[Domain::Evidence as u8]);
    for item in evidence {
        let encoded = item.encode_to_vec();
        hasher.update(&(encoded.len() as u32).to_le_bytes()).update(&encoded);
    }
    *hasher.finalize().as_bytes()
}

/// An encoded `Evidence` that convicts a member of the set. Errors: those of
/// [`check`].
pub fn judge(genesis_hash: &Hash, validators: &Validators, bytes: &[u8]) -> CoreResult<Evidence> {
    if bytes.len() > PIECE_BYTES_MAX {
        return Err(malformed("the evidence is too large"));
    }
    let evidence = decode_canonical(bytes, ErrorCode::MessageMalformed)?;
    check(genesis_hash, validators, &evidence)?;
    Ok(evidence)
}

/// Whether the evidence convicts a member of the set. Of two messages that
/// contradict each other, the one with the smaller block id (nil smallest)
/// comes first. Errors: `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`,
/// `PROOF_INVALID`.
pub fn check(genesis_hash: &Hash, validators: &Validators, evidence: &Evidence) -> CoreResult<()> {
    match &evidence.kind {
        Some(evidence::Kind::DuplicateVote(pair)) => check_votes(genesis_hash, validators, pair),
        Some(evidence::Kind::DuplicateProposal(pair)) => {
            check_proposals(genesis_hash, validators, pair)
        }
        Some(evidence::Kind::InvalidBatch(batch)) => convict(genesis_hash, validators, batch),
        None => Err(malformed("evidence of an unknown kind")),
    }
}

fn check_votes(
    genesis_hash: &Hash,
    validators: &Validators,
    pair: &DuplicateVote,
) -> CoreResult<()> {
    let (Some(first), Some(second)) = (&pair.first, &pair.second) else {
        return Err(malformed("one of the two votes is missing"));
    };
    let place = |vote: &crate::proto::Vote| (vote.r#type, vote.height, vote.round);
    if place(first) != place(second) || first.validator != second.validator {
        return Err(malformed("the two votes are not for the same place"));
    }
    if first.block_id >= second.block_id {
        return Err(malformed("the two votes are the same or not in order"));
    }
    verify_vote(genesis_hash, validators, first)?;
    verify_vote(genesis_hash, validators, second)
}

fn check_proposals(
    genesis_hash: &Hash,
    validators: &Validators,
    pair: &DuplicateProposal,
) -> CoreResult<()> {
    let (Some(first), Some(second)) = (&pair.first, &pair.second) else {
        return Err(malformed("one of the two proposals is missing"));
    };
    let place = |proposal: &crate::proto::Proposal| (proposal.height, proposal.round);
    if place(first) != place(second) || first.proposer != second.proposer {
        return Err(malformed("the two proposals are not for the same place"));
    }
    // Of one block with two locks it is an offence too.
    let order = |proposal: &crate::proto::Proposal| {
        (proposal.block_id.clone(), proposal.pol_round_plus_one)
    };
    if order(first) >= order(second) {
        return Err(malformed("the two proposals are the same or not in order"));
    }
    verify_proposal(genesis_hash, validators, first)?;
    verify_proposal(genesis_hash, validators, second)
}
