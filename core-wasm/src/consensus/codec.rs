//! Between the schema's messages and the engine's types. What is decoded has
//! been checked: sizes, known kinds, one height and round per certificate.

use crate::consensus::context::{
    Address, BlockId, Chain, Height, Proposal, Signature, Value, Vote,
};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::proto::{self, decode_canonical, ErrorCode, VoteCertificateKind};
use crate::vote;
use malachitebft_core_types::{
    CommitCertificate, CommitSignature, NilOrVal, PolkaCertificate, PolkaSignature, Round,
    RoundCertificate, RoundCertificateType, RoundSignature, SignedProposal, SignedVote, VoteType,
};
use prost::Message;

const CODE: ErrorCode = ErrorCode::MessageMalformed;

/// A certificate that is not a commit certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoteCertificate {
    /// Two thirds prevoted for a block.
    Polka(PolkaCertificate<Chain>),
    /// Enough votes to enter a round.
    Round(RoundCertificate<Chain>),
}

fn malformed(why: &str) -> CoreError {
    CoreError::with(CODE, why)
}

/// Rounds of messages, bounded so that counting on never overflows.
pub fn round(round: u32) -> CoreResult<Round> {
    if round > i32::MAX as u32 {
        return Err(malformed("a round is below 2^31"));
    }
    Ok(Round::new(round))
}

fn number(round: Round) -> u32 {
    round.as_u32().unwrap_or(0)
}

/// 32 bytes.
pub fn address(bytes: &[u8]) -> CoreResult<Address> {
    Ok(Address(*array(bytes, "address", CODE)?))
}

/// 32 bytes.
pub fn block_id(bytes: &[u8]) -> CoreResult<BlockId> {
    Ok(BlockId(*array(bytes, "block_id", CODE)?))
}

fn signature(bytes: &[u8]) -> CoreResult<Signature> {
    match bytes {
        [] => Ok(Signature::MISSING),
        bytes => Ok(Signature(*array(bytes, "signature", CODE)?)),
    }
}

fn signature_bytes(signature: &Signature) -> Vec<u8> {
    match *signature {
        Signature::MISSING => Vec::new(),
        Signature(bytes) => bytes.to_vec(),
    }
}

/// A vote in the schema's form.
pub fn vote_message(vote: &Vote, signature: &Signature) -> proto::Vote {
    let kind = match vote.kind {
        VoteType::Prevote => proto::VoteType::Prevote,
        VoteType::Precommit => proto::VoteType::Precommit,
    };
    proto::Vote {
        r#type: kind as i32,
        height: vote.height.0,
        round: number(vote.round),
        block_id: match &vote.value {
            NilOrVal::Nil => Vec::new(),
            NilOrVal::Val(id) => id.0.to_vec(),
        },
        validator: vote.validator.0.to_vec(),
        signature: signature_bytes(signature),
    }
}

/// A proposal in the schema's form.
pub fn proposal_message(proposal: &Proposal, signature: &Signature) -> proto::Proposal {
    proto::Proposal {
        height: proposal.height.0,
        round: number(proposal.round),
        block_id: proposal.value.0 .0.to_vec(),
        pol_round_plus_one: proposal.pol_round.as_u32().map_or(0, |round| round + 1),
        proposer: proposal.proposer.0.to_vec(),
        signature: signature_bytes(signature),
    }
}

/// Encodes a vote.
pub fn encode_vote(vote: &SignedVote<Chain>) -> Vec<u8> {
    vote_message(&vote.message, &vote.signature).encode_to_vec()
}

/// Encodes a proposal.
pub fn encode_proposal(proposal: &SignedProposal<Chain>) -> Vec<u8> {
    proposal_message(&proposal.message, &proposal.signature).encode_to_vec()
}

/// Decodes a vote. Errors: `MESSAGE_MALFORMED`.
pub fn decode_vote(bytes: &[u8]) -> CoreResult<SignedVote<Chain>> {
    read_vote(&vote::decode_vote(bytes)?)
}

fn read_vote(vote: &proto::Vote) -> CoreResult<SignedVote<Chain>> {
    let message = Vote {
        kind: match vote.r#type() {
            proto::VoteType::Prevote => VoteType::Prevote,
            proto::VoteType::Precommit => VoteType::Precommit,
            proto::VoteType::Unspecified => return Err(malformed("a vote of no type")),
        },
        height: Height(vote.height),
        round: round(vote.round)?,
        value: match vote.block_id.as_slice() {
            [] => NilOrVal::Nil,
            id => NilOrVal::Val(block_id(id)?),
        },
        validator: address(&vote.validator)?,
    };
    Ok(SignedVote::new(message, signature(&vote.signature)?))
}

/// Decodes a proposal. Errors: `MESSAGE_MALFORMED`.
pub fn decode_proposal(bytes: &[u8]) -> CoreResult<SignedProposal<Chain>> {
    let proposal = vote::decode_proposal(bytes)?;
    let message = Proposal {
        height: Height(proposal.height),
        round: round(proposal.round)?,
        value: Value(block_id(&proposal.block_id)?),
        pol_round: match proposal.pol_round_plus_one {
            0 => Round::Nil,
            plus_one => round(plus_one - 1)?,
        },
        proposer: address(&proposal.proposer)?,
    };
    Ok(SignedProposal::new(message, signature(&proposal.signature)?))
}

/// Encodes a commit certificate, signatures ascending by validator.
pub fn encode_commit(certificate: &CommitCertificate<Chain>) -> Vec<u8> {
    let mut signatures: Vec<_> = certificate
        .commit_signatures
        .iter()
        .map(|one| proto::CommitSignature {
            validator: one.address.0.to_vec(),
            signature: signature_bytes(&one.signature),
        })
        .collect();
    signatures.sort_by(|one, other| one.validator.cmp(&other.validator));
    let message = proto::CommitCertificate {
        height: certificate.height.0,
        round: number(certificate.round),
        block_id: certificate.value_id.0.to_vec(),
        signatures,
    };
    message.encode_to_vec()
}

/// Decodes a commit certificate. Errors: `MESSAGE_MALFORMED`.
pub fn decode_commit(bytes: &[u8]) -> CoreResult<CommitCertificate<Chain>> {
    let message: proto::CommitCertificate = decode_canonical(bytes, CODE)?;
    let commit_signatures = message
        .signatures
        .iter()
        .map(|one| Ok(CommitSignature::new(address(&one.validator)?, signature(&one.signature)?)))
        .collect::<CoreResult<_>>()?;
    Ok(CommitCertificate {
        height: Height(message.height),
        round: round(message.round)?,
        value_id: block_id(&message.block_id)?,
        commit_signatures,
    })
}

/// Encodes a polka.
pub fn encode_polka(certificate: &PolkaCertificate<Chain>) -> Vec<u8> {
    let votes = certificate.votes(&Chain).map(|vote| vote_message(&vote.message, &vote.signature));
    encode_votes(VoteCertificateKind::Polka, votes)
}

/// Encodes a round certificate.
pub fn encode_round_certificate(certificate: &RoundCertificate<Chain>) -> Vec<u8> {
    let kind = match certificate.cert_type {
        RoundCertificateType::Skip => VoteCertificateKind::Skip,
        RoundCertificateType::Precommit => VoteCertificateKind::Precommit,
    };
    let votes = certificate.votes(&Chain).map(|vote| vote_message(&vote.message, &vote.signature));
    encode_votes(kind, votes)
}

fn encode_votes(kind: VoteCertificateKind, votes: impl Iterator<Item = proto::Vote>) -> Vec<u8> {
    let message = proto::VoteCertificate { kind: kind as i32, votes: votes.collect() };
    message.encode_to_vec()
}

/// Decodes a certificate of at most `votes_max` votes. Errors:
/// `MESSAGE_MALFORMED`.
pub fn decode_vote_certificate(bytes: &[u8], votes_max: usize) -> CoreResult<VoteCertificate> {
    let message: proto::VoteCertificate = decode_canonical(bytes, CODE)?;
    if !(1..=votes_max).contains(&message.votes.len()) {
        return Err(malformed(
            "a certificate has a vote at least, and one of each validator at most",
        ));
    }
    let mut votes = Vec::with_capacity(message.votes.len());
    for vote in &message.votes {
        vote::check_vote(vote)?;
        votes.push(read_vote(vote)?);
    }
    let (height, round) = (votes[0].message.height, votes[0].message.round);
    if votes.iter().any(|vote| (vote.message.height, vote.message.round) != (height, round)) {
        return Err(malformed("the votes of a certificate are of one height and round"));
    }
    let round_certificate = |cert_type, votes| {
        let round_signatures = Vec::into_iter(votes)
            .map(|vote: SignedVote<Chain>| {
                let Vote { kind, value, validator, .. } = vote.message;
                RoundSignature::new(kind, value, validator, vote.signature)
            })
            .collect();
        VoteCertificate::Round(RoundCertificate { height, round, cert_type, round_signatures })
    };
    match message.kind() {
        VoteCertificateKind::Polka => polka(height, round, votes),
        VoteCertificateKind::Skip => Ok(round_certificate(RoundCertificateType::Skip, votes)),
        VoteCertificateKind::Precommit => {
            if votes.iter().any(|vote| vote.message.kind != VoteType::Precommit) {
                return Err(malformed("a certificate of precommits has precommits alone"));
            }
            Ok(round_certificate(RoundCertificateType::Precommit, votes))
        }
        VoteCertificateKind::Unspecified => Err(malformed("a certificate of no kind")),
    }
}

fn polka(
    height: Height,
    round: Round,
    votes: Vec<SignedVote<Chain>>,
) -> CoreResult<VoteCertificate> {
    let NilOrVal::Val(value_id) = votes[0].message.value else {
        return Err(malformed("a polka is for a block"));
    };
    let mut polka_signatures = Vec::with_capacity(votes.len());
    for vote in votes {
        if vote.message.kind != VoteType::Prevote || vote.message.value != NilOrVal::Val(value_id) {
            return Err(malformed("a polka has prevotes for one block alone"));
        }
        polka_signatures.push(PolkaSignature::new(vote.message.validator, vote.signature));
    }
    Ok(VoteCertificate::Polka(PolkaCertificate { height, round, value_id, polka_signatures }))
}
