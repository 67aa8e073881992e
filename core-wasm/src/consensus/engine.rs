//! Malachite's Tendermint state machine for this chain: inputs in, effects out.
//!
//! The engine holds no key. Its own votes and proposals count at once without
//! signature; the host signs what [`super::effects::Tag::SignVote`] and [`super::effects::Tag::SignProposal`]
//! name, and fills that signature in wherever the engine's records lack it. Until
//! then nothing may leave, and what the host refuses to sign must stop it.

use crate::consensus::codec::{self, VoteCertificate};
use crate::consensus::context::{Address, Chain, Height, Signature, ValidatorSet, Value};
use crate::consensus::effects::Effects;
use crate::consensus::entry;
use crate::consensus::verify::{power, Verifier};
use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::proto::ErrorCode;
use malachitebft_core_consensus::{
    process, Effect, Error, Input, LivenessMsg, LocallyProposedValue, Params, PeerId,
    ProposedValue, Resumable, Resume, SignedConsensusMsg, State,
};
use malachitebft_core_types::{
    ExtendedCommitCertificate, LinearTimeouts, Round, SignedMessage, SignedVote, ThresholdParams,
    Timeout, Validity, ValueOrigin, ValuePayload, ValueResponse, VoteExtensionPolicy,
    VoteExtensions,
};
use std::collections::BTreeSet;
use std::time::Duration;

/// Heights ahead of the current one whose messages are kept for later.
const HEIGHTS_AHEAD: usize = 10;
/// Messages kept for one of them, besides some from each validator.
const MESSAGES_AHEAD: usize = 16;
const MESSAGES_AHEAD_PER_VALIDATOR: usize = 8;

/// Milliseconds; each round adds the step's delta.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutsMs {
    /// For the proposer's block, and what each round adds to it.
    pub propose: [u32; 2],
    /// For stragglers after two thirds prevoted, and what each round adds to it.
    pub prevote: [u32; 2],
    /// For stragglers after two thirds precommitted, and what each round adds to it.
    pub precommit: [u32; 2],
    /// Until own votes are sent again.
    pub rebroadcast: u32,
}

/// Where a block that the host checked comes from.
#[derive(Clone, Copy, Debug)]
pub struct BlockPlace {
    /// The block's.
    pub height: u64,
    /// In which it was proposed.
    pub round: u32,
    /// The round of its proof of lock, if any.
    pub valid_round: Option<u32>,
    /// Got together with its certificate, not from the proposer.
    pub from_sync: bool,
}

struct Host {
    set: ValidatorSet,
    verifier: Verifier,
    timeouts: LinearTimeouts,
    effects: Effects,
    /// Entries that are in the log already, while they are fed again.
    logged: BTreeSet<Vec<u8>>,
}

/// One validator's (or observer's) view of the current height.
pub struct Engine {
    state: State<Chain>,
    host: Host,
}

impl Engine {
    /// An engine that waits for [`Engine::start_height`]. `own` need not be in
    /// the set. Errors: `MESSAGE_MALFORMED`.
    pub fn new(
        genesis_hash: Hash,
        validators: &[u8],
        own: &[u8],
        height: u64,
        timeouts: TimeoutsMs,
    ) -> CoreResult<Self> {
        let set = ValidatorSet::parse(validators)?;
        let own = codec::address(own)?;
        let params = Params {
            address: own,
            threshold_params: ThresholdParams::default(),
            value_payload: ValuePayload::ProposalAndParts,
            enabled: true,
        };
        let ahead = MESSAGES_AHEAD + MESSAGES_AHEAD_PER_VALIDATOR * set.len();
        let state = State::new(Chain, Height(height), set.clone(), params, HEIGHTS_AHEAD, ahead);
        let host = Host {
            set,
            verifier: Verifier::new(genesis_hash, own),
            timeouts: linear(timeouts),
            effects: Effects::default(),
            logged: BTreeSet::new(),
        };
        Ok(Self { state, host })
    }

    /// Begins a height. `collect_ms` is how long precommits are collected after
    /// the decision, 0 for not at all; only then can double precommits that
    /// come late still become evidence. Errors: `MESSAGE_MALFORMED`.
    pub fn start_height(
        &mut self,
        height: u64,
        validators: Option<&[u8]>,
        collect_ms: u32,
    ) -> CoreResult<Vec<u8>> {
        if let Some(validators) = validators {
            self.host.set = ValidatorSet::parse(validators)?;
        }
        let collect = (collect_ms > 0).then(|| Duration::from_millis(collect_ms.into()));
        let set = self.host.set.clone();
        let policy = VoteExtensionPolicy::Disabled;
        Ok(self.run(Input::StartHeight(Height(height), set, false, collect, policy)))
    }

    /// Votes of others, each `length (u32, little endian) | Vote`. Their
    /// signatures are checked together; what is not signed by a validator is
    /// dropped. Errors: `MESSAGE_MALFORMED`, and then none has been taken.
    pub fn on_votes(&mut self, votes: &[u8]) -> CoreResult<Vec<u8>> {
        let mut decoded = Vec::new();
        for vote in items(votes)? {
            decoded.push(codec::decode_vote(vote)?);
        }
        let valid = self.host.verifier.votes(&self.host.set, &decoded);
        for (vote, valid) in decoded.into_iter().zip(valid) {
            if valid {
                self.feed(Input::Vote(vote));
            }
        }
        self.host.verifier.forget();
        Ok(self.host.effects.take())
    }

    /// A proposal of another validator. Errors: `MESSAGE_MALFORMED`.
    pub fn on_proposal(&mut self, proposal: &[u8]) -> CoreResult<Vec<u8>> {
        let proposal = codec::decode_proposal(proposal)?;
        if proposal.signature == Signature::MISSING {
            return Err(CoreError::with(
                ErrorCode::MessageMalformed,
                "a proposal without signature",
            ));
        }
        Ok(self.run(Input::Proposal(proposal)))
    }

    /// A `VoteCertificate` of another validator. Errors: `MESSAGE_MALFORMED`.
    pub fn on_certificate(&mut self, certificate: &[u8]) -> CoreResult<Vec<u8>> {
        Ok(match codec::decode_vote_certificate(certificate, self.host.set.len())? {
            VoteCertificate::Polka(certificate) => self.run(Input::PolkaCertificate(certificate)),
            VoteCertificate::Round(certificate) => self.run(Input::RoundCertificate(certificate)),
        })
    }

    /// A timer went off. Those of other heights are ignored, as the engine's
    /// own timeouts do not carry one. Errors: `MESSAGE_MALFORMED`.
    pub fn on_timeout(&mut self, kind: u8, height: u64, round: u32) -> CoreResult<Vec<u8>> {
        let unknown = || CoreError::with(ErrorCode::MessageMalformed, "no such timeout");
        let kind = entry::timeout_kind(kind).ok_or_else(unknown)?;
        let round = codec::round(round)?;
        if height != self.height() {
            return Ok(Vec::new());
        }
        Ok(self.run(Input::TimeoutElapsed(Timeout::new(round, kind))))
    }

    /// The block that [`super::effects::Tag::GetValue`] asked for. Errors: `MESSAGE_MALFORMED`.
    pub fn on_value_built(
        &mut self,
        height: u64,
        round: u32,
        block_id: &[u8],
    ) -> CoreResult<Vec<u8>> {
        let value = Value(codec::block_id(block_id)?);
        let value = LocallyProposedValue::new(Height(height), codec::round(round)?, value);
        Ok(self.run(Input::Propose(value)))
    }

    /// A block of another proposer, whole on disk and judged. Errors:
    /// `MESSAGE_MALFORMED`.
    pub fn on_block(
        &mut self,
        place: BlockPlace,
        proposer: &[u8],
        block_id: &[u8],
        valid: bool,
    ) -> CoreResult<Vec<u8>> {
        let value = ProposedValue {
            height: Height(place.height),
            round: codec::round(place.round)?,
            valid_round: place.valid_round.map_or(Ok(Round::Nil), codec::round)?,
            proposer: codec::address(proposer)?,
            value: Value(codec::block_id(block_id)?),
            validity: Validity::from_bool(valid),
        };
        let origin = if place.from_sync { ValueOrigin::Sync } else { ValueOrigin::Consensus };
        Ok(self.run(Input::ProposedValue(value, origin)))
    }

    /// A decided block with its certificate. Errors: `MESSAGE_MALFORMED`.
    pub fn on_sync(&mut self, certificate: &[u8], block: &[u8]) -> CoreResult<Vec<u8>> {
        let certificate = codec::decode_commit(certificate)?;
        let certificate = ExtendedCommitCertificate::from_commit_certificate_and_extensions(
            certificate,
            VoteExtensions::default(),
        );
        // Whom to blame is known to the host, who asked.
        let nobody = PeerId::from_multihash(Default::default())
            .map_err(|_| CoreError::with(ErrorCode::MessageMalformed, "no peer"))?;
        let response = ValueResponse::new(nobody, block.to_vec().into(), certificate);
        Ok(self.run(Input::SyncValueResponse(response)))
    }

    /// Feeds what was logged of the current height, each `length (u32, little
    /// endian) | entry`, after [`Engine::start_height`]. Own messages in it are
    /// not signed again. Errors: `WAL_CORRUPT`, and then nothing has been fed.
    pub fn replay(&mut self, entries: &[u8]) -> CoreResult<Vec<u8>> {
        let corrupt = |_| CoreError::new(ErrorCode::WalCorrupt);
        let entries = items(entries).map_err(corrupt)?;
        let mut inputs = Vec::with_capacity(entries.len());
        for entry in &entries {
            inputs.push(entry::decode(entry, self.host.set.len())?);
        }
        self.host.logged = entries.iter().map(|entry| entry.to_vec()).collect();
        self.state.index_wal_entries(inputs.iter());
        for input in inputs {
            self.feed(input);
        }
        self.state.reset_entries_index();
        self.host.logged.clear();
        Ok(self.host.effects.take())
    }

    /// The current height.
    pub fn height(&self) -> u64 {
        self.state.height().0
    }

    /// The current round, -1 before the first.
    pub fn round(&self) -> i32 {
        self.state.round().as_u32().map_or(-1, |round| round as i32)
    }

    /// Whose turn it is to propose, by the current set.
    pub fn proposer(&self, height: u64, round: u32) -> Address {
        self.host.set.proposer(Height(height), Round::new(round)).address
    }

    fn run(&mut self, input: Input<Chain>) -> Vec<u8> {
        self.feed(input);
        self.host.effects.take()
    }

    fn feed(&mut self, input: Input<Chain>) {
        let host = &mut self.host;
        let state = &mut self.state;
        let outcome: Result<(), Error<Chain>> = process!(input: input, state: state, metrics: &(), with: effect => Ok::<_, Error<Chain>>(host.on(effect)));
        if let Err(error) = outcome {
            self.host.effects.fault(&error.to_string());
        }
    }
}

impl Host {
    fn on(&mut self, effect: Effect<Chain>) -> Resume<Chain> {
        let effects = &mut self.effects;
        let verifier = &self.verifier;
        match effect {
            Effect::CancelAllTimeouts(r) => {
                effects.cancel_timeouts();
                r.resume_with(())
            }
            Effect::CancelTimeout(timeout, r) => {
                effects.cancel_timeout(timeout);
                r.resume_with(())
            }
            Effect::ScheduleTimeout(timeout, r) => {
                let ms = milliseconds(&self.timeouts, timeout);
                effects.schedule_timeout(timeout, ms);
                r.resume_with(())
            }
            Effect::StartRound(height, round, proposer, role, r) => {
                effects.start_round(height, round, &proposer, role);
                r.resume_with(())
            }
            Effect::PublishConsensusMsg(SignedConsensusMsg::Vote(vote), r) => {
                effects.publish_vote(&vote);
                r.resume_with(())
            }
            Effect::PublishConsensusMsg(SignedConsensusMsg::Proposal(proposal), r) => {
                effects.publish_proposal(&proposal);
                r.resume_with(())
            }
            Effect::PublishLivenessMsg(message, r) => {
                effects.publish_liveness(&message);
                r.resume_with(())
            }
            Effect::RepublishVote(vote, r) => {
                effects.publish_vote(&vote);
                r.resume_with(())
            }
            Effect::RepublishRoundCertificate(certificate, r) => {
                let message = LivenessMsg::SkipRoundCertificate(certificate);
                effects.publish_liveness(&message);
                r.resume_with(())
            }
            Effect::GetValue(height, round, timeout, r) => {
                let ms = milliseconds(&self.timeouts, timeout);
                effects.get_value(height, round, ms);
                r.resume_with(())
            }
            Effect::RestreamProposal(height, round, valid_round, proposer, id, r) => {
                effects.restream(height, [round, valid_round], &proposer, &id);
                r.resume_with(())
            }
            Effect::CertVerifiedSyncValue(value, proposer, r) => {
                effects.sync_value(&value, &proposer);
                r.resume_with(())
            }
            Effect::CertRejectedSyncValue(_, height, error, r) => {
                effects.sync_rejected(height, &error.to_string());
                r.resume_with(())
            }
            Effect::Decide(certificate, _, r) => {
                effects.decide(&certificate);
                r.resume_with(())
            }
            Effect::Finalize(certificate, _, evidence, r) => {
                effects.finalize(&certificate, &evidence);
                r.resume_with(())
            }
            Effect::SignVote(vote, r) => {
                let vote = SignedVote::new(vote, Signature::MISSING);
                effects.sign_vote(&vote);
                r.resume_with(vote)
            }
            Effect::SignProposal(proposal, r) => {
                let proposal = SignedMessage::new(proposal, Signature::MISSING);
                effects.sign_proposal(&proposal);
                r.resume_with(proposal)
            }
            Effect::VerifySignature(message, key, r) => {
                r.resume_with(verifier.message(&message, &key))
            }
            // Built here from votes that were checked when they came: the power
            // alone is left to check.
            Effect::VerifyCommitCertificate(certificate, set, thresholds, r) => {
                let signers = certificate.commit_signatures.iter().map(|one| one.address);
                r.resume_with(power(signers, &set, thresholds.quorum))
            }
            Effect::VerifyExtendedCommitCertificate(certificate, set, thresholds, _, r) => {
                r.resume_with(verifier.commit(&certificate, &set, thresholds.quorum))
            }
            Effect::VerifyPolkaCertificate(certificate, set, thresholds, r) => {
                r.resume_with(verifier.polka(&certificate, &set, thresholds))
            }
            Effect::VerifyRoundCertificate(certificate, set, thresholds, r) => {
                r.resume_with(verifier.round(&certificate, &set, thresholds))
            }
            Effect::WalAppend(height, input, r) => {
                if let Some(entry) =
                    entry::encode(&input).filter(|entry| !self.logged.contains(entry))
                {
                    effects.log(height, &entry);
                }
                r.resume_with(())
            }
            Effect::ExtendVote(_, _, _, _, r) => r.resume_with(None),
            Effect::VerifyVoteExtension(_, _, _, _, _, _, r) => r.resume_with(Ok(())),
        }
    }
}

fn linear(timeouts: TimeoutsMs) -> LinearTimeouts {
    let ms = |ms: u32| Duration::from_millis(ms.into());
    LinearTimeouts {
        propose: ms(timeouts.propose[0]),
        propose_delta: ms(timeouts.propose[1]),
        prevote: ms(timeouts.prevote[0]),
        prevote_delta: ms(timeouts.prevote[1]),
        precommit: ms(timeouts.precommit[0]),
        precommit_delta: ms(timeouts.precommit[1]),
        rebroadcast: ms(timeouts.rebroadcast),
        ..LinearTimeouts::default()
    }
}

fn milliseconds(timeouts: &LinearTimeouts, timeout: Timeout) -> u32 {
    timeouts.duration_for(timeout).as_millis().try_into().unwrap_or(u32::MAX)
}

/// Splits `length (u32, little endian) | item` records.
fn items(mut bytes: &[u8]) -> CoreResult<Vec<&[u8]>> {
    let short = || CoreError::with(ErrorCode::MessageMalformed, "a list is cut short");
    let mut items = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
        let length = u32::from_le_bytes(*length) as usize;
        if rest.len() < length {
            return Err(short());
        }
        let (item, rest) = rest.split_at(length);
        items.push(item);
        bytes = rest;
    }
    Ok(items)
}
