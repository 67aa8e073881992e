//! Proof that a validator signed two things where it may sign one.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::hash::{Domain, Hash};
use crate::proto::{evidence, DuplicateProposal, DuplicateVote, ErrorCode, Evidence};
use crate::validators::Validators;
use crate::vote::{verify_proposal, verify_vote};
use prost::Message;

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

/// Whether the evidence convicts a member of the set: both messages are signed
/// and contradict each other. The one with the smaller block id (nil smallest)
/// comes first, so that one offence has one encoding. Errors:
/// `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`.
pub fn check(genesis_hash: &Hash, validators: &Validators, evidence: &Evidence) -> CoreResult<()> {
    match &evidence.kind {
        Some(evidence::Kind::DuplicateVote(pair)) => check_votes(genesis_hash, validators, pair),
        Some(evidence::Kind::DuplicateProposal(pair)) => {
            check_proposals(genesis_hash, validators, pair)
        }
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
