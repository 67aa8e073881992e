//! What the engine asks its host to do, as records in one buffer:
//! `tag (u8) | length of the payload (u32, little endian) | payload`.
//! The order is binding: what is to be logged or signed comes before what is
//! to be sent.

use crate::consensus::codec;
use crate::consensus::context::{Address, BlockId, Chain, Height};
use crate::consensus::entry::timeout_number;
use crate::proto::{evidence, DuplicateProposal, DuplicateVote, Evidence};
use malachitebft_core_consensus::{LivenessMsg, MisbehaviorEvidence, Role};
use malachitebft_core_types::{
    CommitCertificate, Round, SignedProposal, SignedVote, Timeout, ValueResponse,
};
use prost::Message;

/// What a record is. Integers are little endian; an `i32` round is -1 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// No timer of the height is wanted any more.
    CancelTimeouts = 1,
    /// `kind (u8) | round (u32)`.
    CancelTimeout = 2,
    /// `kind (u8) | round (u32) | milliseconds (u32)`.
    ScheduleTimeout = 3,
    /// `height (u64) | round (u32) | role (u8: 0 none, 1 validator, 2 proposer) | proposer (32)`.
    StartRound = 4,
    /// An own vote, unsigned: to be signed before anything that follows.
    SignVote = 5,
    /// An own proposal, unsigned: to be signed before anything that follows.
    SignProposal = 6,
    /// A vote; without signature it is an own one, signed before.
    PublishVote = 7,
    /// A proposal; without signature it is an own one, signed before.
    PublishProposal = 8,
    /// A `VoteCertificate`; own votes in it may lack their signature.
    PublishCertificate = 9,
    /// `height (u64) | round (u32) | milliseconds (u32)`: build a block, then `on_value_built`.
    GetValue = 10,
    /// `height (u64) | round (u32) | valid round (i32) | proposer (32) | block id (32)`: send the block again.
    Restream = 11,
    /// `height (u64) | round (u32) | proposer (32) | block`: its certificate holds; check the block, then `on_block`.
    SyncValue = 12,
    /// `height (u64) | why (UTF-8)`.
    SyncRejected = 13,
    /// A `CommitCertificate`; the own signature in it may be missing.
    Decide = 14,
    /// `length (u32) | CommitCertificate`, then for each piece of evidence `length (u32) | Evidence`. The host goes on with `start_height`.
    Finalize = 15,
    /// `height (u64) | entry`: to be logged, durably before what is signed after it. Own messages in it lack their signature.
    Log = 16,
    /// UTF-8: the engine cannot go on.
    Fault = 17,
}

/// Records in the order they were asked for.
#[derive(Default)]
pub struct Effects(Vec<u8>);

impl Effects {
    /// The records so far, and none afterwards.
    pub fn take(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }

    fn record(&mut self, tag: Tag, parts: &[&[u8]]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.0.push(tag as u8);
        self.0.extend_from_slice(&(length as u32).to_le_bytes());
        parts.iter().for_each(|part| self.0.extend_from_slice(part));
    }

    pub(super) fn cancel_timeouts(&mut self) {
        self.record(Tag::CancelTimeouts, &[]);
    }

    pub(super) fn cancel_timeout(&mut self, timeout: Timeout) {
        self.record(Tag::CancelTimeout, &[&[timeout_number(timeout.kind)], &round(timeout.round)]);
    }

    pub(super) fn schedule_timeout(&mut self, timeout: Timeout, ms: u32) {
        let kind = [timeout_number(timeout.kind)];
        self.record(Tag::ScheduleTimeout, &[&kind, &round(timeout.round), &ms.to_le_bytes()]);
    }

    pub(super) fn start_round(
        &mut self,
        at: Height,
        in_round: Round,
        proposer: &Address,
        role: Role,
    ) {
        let role = match role {
            Role::None => 0,
            Role::Validator => 1,
            Role::Proposer => 2,
        };
        self.record(Tag::StartRound, &[&height(at), &round(in_round), &[role], &proposer.0]);
    }

    pub(super) fn sign_vote(&mut self, vote: &SignedVote<Chain>) {
        self.record(Tag::SignVote, &[&codec::encode_vote(vote)]);
    }

    pub(super) fn sign_proposal(&mut self, proposal: &SignedProposal<Chain>) {
        self.record(Tag::SignProposal, &[&codec::encode_proposal(proposal)]);
    }

    pub(super) fn publish_vote(&mut self, vote: &SignedVote<Chain>) {
        self.record(Tag::PublishVote, &[&codec::encode_vote(vote)]);
    }

    pub(super) fn publish_proposal(&mut self, proposal: &SignedProposal<Chain>) {
        self.record(Tag::PublishProposal, &[&codec::encode_proposal(proposal)]);
    }

    pub(super) fn publish_liveness(&mut self, message: &LivenessMsg<Chain>) {
        match message {
            LivenessMsg::Vote(vote) => self.publish_vote(vote),
            LivenessMsg::PolkaCertificate(certificate) => {
                self.record(Tag::PublishCertificate, &[&codec::encode_polka(certificate)]);
            }
            LivenessMsg::SkipRoundCertificate(certificate) => {
                self.record(
                    Tag::PublishCertificate,
                    &[&codec::encode_round_certificate(certificate)],
                );
            }
        }
    }

    pub(super) fn get_value(&mut self, at: Height, in_round: Round, ms: u32) {
        self.record(Tag::GetValue, &[&height(at), &round(in_round), &ms.to_le_bytes()]);
    }

    pub(super) fn restream(
        &mut self,
        at: Height,
        rounds: [Round; 2],
        proposer: &Address,
        id: &BlockId,
    ) {
        let [in_round, valid_round] = rounds;
        let parts: [&[u8]; 5] =
            [&height(at), &round(in_round), &round(valid_round), &proposer.0, &id.0];
        self.record(Tag::Restream, &parts);
    }

    pub(super) fn sync_value(&mut self, value: &ValueResponse<Chain>, proposer: &Address) {
        let certificate = &value.certificate;
        let place: [&[u8]; 2] = [&height(certificate.height), &round(certificate.round)];
        self.record(Tag::SyncValue, &[place[0], place[1], &proposer.0, &value.value_bytes]);
    }

    pub(super) fn sync_rejected(&mut self, at: Height, why: &str) {
        self.record(Tag::SyncRejected, &[&height(at), why.as_bytes()]);
    }

    pub(super) fn decide(&mut self, certificate: &CommitCertificate<Chain>) {
        self.record(Tag::Decide, &[&codec::encode_commit(certificate)]);
    }

    pub(super) fn finalize(
        &mut self,
        certificate: &CommitCertificate<Chain>,
        evidence: &MisbehaviorEvidence<Chain>,
    ) {
        let mut payload = Vec::new();
        append(&mut payload, &codec::encode_commit(certificate));
        for piece in pieces(evidence) {
            append(&mut payload, &piece.encode_to_vec());
        }
        self.record(Tag::Finalize, &[&payload]);
    }

    pub(super) fn log(&mut self, at: Height, entry: &[u8]) {
        self.record(Tag::Log, &[&height(at), entry]);
    }

    pub(super) fn fault(&mut self, why: &str) {
        self.record(Tag::Fault, &[why.as_bytes()]);
    }
}

fn height(height: Height) -> [u8; 8] {
    height.0.to_le_bytes()
}

fn round(round: Round) -> [u8; 4] {
    round.as_u32().unwrap_or(u32::MAX).to_le_bytes()
}

fn append(payload: &mut Vec<u8>, part: &[u8]) {
    payload.extend_from_slice(&(part.len() as u32).to_le_bytes());
    payload.extend_from_slice(part);
}

/// Pairs with the smaller block id first, so that one offence has one encoding.
fn pieces(found: &MisbehaviorEvidence<Chain>) -> Vec<Evidence> {
    let mut pieces = Vec::new();
    for (first, second) in found.votes.iter().flat_map(|(_, pairs)| pairs.iter()) {
        let mut pair = [first, second].map(|one| codec::vote_message(&one.message, &one.signature));
        pair.sort_by(|one, other| one.block_id.cmp(&other.block_id));
        let [first, second] = pair.map(Some);
        pieces.push(evidence::Kind::DuplicateVote(DuplicateVote { first, second }));
    }
    for (first, second) in found.proposals.iter().flat_map(|(_, pairs)| pairs.iter()) {
        let mut pair =
            [first, second].map(|one| codec::proposal_message(&one.message, &one.signature));
        pair.sort_by_key(|one| (one.block_id.clone(), one.pol_round_plus_one));
        let [first, second] = pair.map(Some);
        pieces.push(evidence::Kind::DuplicateProposal(DuplicateProposal { first, second }));
    }
    pieces.into_iter().map(|kind| Evidence { kind: Some(kind) }).collect()
}
