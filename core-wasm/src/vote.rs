//! Votes and proposals: what is signed, and who signed it.
#![forbid(unsafe_code)]

use crate::ed25519;
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::{Hash, SignDomain};
use crate::proto::{decode_canonical, ErrorCode, Proposal, Vote, VoteType};
use crate::validators::Validators;
use prost::Message;

const CODE: ErrorCode = ErrorCode::MessageMalformed;
/// Of an encoded vote or proposal.
const BYTES_MAX: usize = 256;

fn malformed(why: &str) -> CoreError {
    CoreError::with(CODE, why)
}

fn sign_bytes(domain: SignDomain, genesis_hash: &Hash, message: &impl Message) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(33 + message.encoded_len());
    bytes.push(domain as u8);
    bytes.extend_from_slice(genesis_hash);
    // A Vec grows as needed, so that there is always room.
    let _ = message.encode(&mut bytes);
    bytes
}

/// `0x20 | genesis hash | vote without signature`.
pub fn vote_sign_bytes(genesis_hash: &Hash, vote: &Vote) -> Vec<u8> {
    let unsigned = Vote { signature: Vec::new(), ..vote.clone() };
    sign_bytes(SignDomain::Vote, genesis_hash, &unsigned)
}

/// `0x21 | genesis hash | proposal without signature`.
pub fn proposal_sign_bytes(genesis_hash: &Hash, proposal: &Proposal) -> Vec<u8> {
    let unsigned = Proposal { signature: Vec::new(), ..proposal.clone() };
    sign_bytes(SignDomain::Proposal, genesis_hash, &unsigned)
}

fn decode<M: Message + Default>(bytes: &[u8]) -> CoreResult<M> {
    if bytes.len() > BYTES_MAX {
        return Err(malformed("votes and proposals have at most 256 bytes"));
    }
    decode_canonical(bytes, CODE)
}

/// Decodes a vote, signed or not yet, with fields of the right sizes. Errors:
/// `MESSAGE_MALFORMED`.
pub fn decode_vote(bytes: &[u8]) -> CoreResult<Vote> {
    let vote: Vote = decode(bytes)?;
    check_vote(&vote)?;
    Ok(vote)
}

/// Whether the fields have the right sizes.
pub fn check_vote(vote: &Vote) -> CoreResult<()> {
    if !matches!(vote.r#type(), VoteType::Prevote | VoteType::Precommit) {
        return Err(malformed("a vote is a prevote or a precommit"));
    }
    if !vote.block_id.is_empty() {
        array::<32>(&vote.block_id, "block_id", CODE)?;
    }
    check_common(vote.height, &vote.validator, &vote.signature)
}

/// Decodes a proposal, signed or not yet, with fields of the right sizes.
/// Errors: `MESSAGE_MALFORMED`.
pub fn decode_proposal(bytes: &[u8]) -> CoreResult<Proposal> {
    let proposal: Proposal = decode(bytes)?;
    check_proposal(&proposal)?;
    Ok(proposal)
}

/// Whether the fields have the right sizes.
pub fn check_proposal(proposal: &Proposal) -> CoreResult<()> {
    array::<32>(&proposal.block_id, "block_id", CODE)?;
    if proposal.pol_round_plus_one > proposal.round {
        return Err(malformed("the round of the proof of lock is not an earlier one"));
    }
    check_common(proposal.height, &proposal.proposer, &proposal.signature)
}

fn check_common(height: u64, address: &[u8], signature: &[u8]) -> CoreResult<()> {
    if height == 0 {
        return Err(malformed("heights start at 1"));
    }
    array::<32>(address, "address", CODE)?;
    if !signature.is_empty() {
        array::<64>(signature, "signature", CODE)?;
    }
    Ok(())
}

/// Whether a member of the set signed the vote. Errors: `MESSAGE_MALFORMED`,
/// `SIGNATURE_INVALID`.
pub fn verify_vote(genesis_hash: &Hash, validators: &Validators, vote: &Vote) -> CoreResult<()> {
    check_vote(vote)?;
    let message = vote_sign_bytes(genesis_hash, vote);
    verify(validators, &vote.validator, &message, &vote.signature)
}

/// Whether a member of the set signed the proposal. Errors:
/// `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`.
pub fn verify_proposal(
    genesis_hash: &Hash,
    validators: &Validators,
    proposal: &Proposal,
) -> CoreResult<()> {
    check_proposal(proposal)?;
    let message = proposal_sign_bytes(genesis_hash, proposal);
    verify(validators, &proposal.proposer, &message, &proposal.signature)
}

fn verify(validators: &Validators, who: &[u8], message: &[u8], signature: &[u8]) -> CoreResult<()> {
    let invalid = |why| CoreError::with(ErrorCode::SignatureInvalid, why);
    let member = validators.get(who).ok_or_else(|| invalid("the signer is not a validator"))?;
    let signature = array(signature, "signature", CODE)?;
    if ed25519::verify(&member.public_key, message, signature) {
        Ok(())
    } else {
        Err(invalid("not the validator's signature"))
    }
}
