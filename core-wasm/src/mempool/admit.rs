//! Who gets in.

use super::evict::Plan;
use super::place::Newcomer;
use super::{Entry, Links, Mempool};
use crate::error::CoreResult;
use crate::hash::Hash;
use crate::ledger::{Rules, Terms};
use crate::proto::ErrorCode;
use crate::state::State;
use crate::transaction::{self, chain_tag, check_body, find_unsigned, signature_fault, Envelope};

/// Reported for an envelope of another shard's sender.
pub const NOT_OWNED: u32 = u32::MAX;

/// A bad signature costs as much as several good ones, and its sender cannot be
/// charged, not being known. So one submission has this many searched for.
pub const UNSIGNED_MAX: usize = 32;

/// Each round but the last has a bad signature, or one that replaces another of
/// the same submission.
const ROUNDS_MAX: usize = 2 * UNSIGNED_MAX;

/// The answer to one envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Zero where no envelope could be read.
    pub id: Hash,
    /// 0: admitted. Otherwise an `ErrorCode`, or [`NOT_OWNED`].
    pub code: u32,
}

#[derive(Clone, Copy)]
struct Candidate<'a> {
    at: usize,
    envelope: Envelope<'a>,
    id: Hash,
    terms: Terms,
    party: u32,
}

impl Candidate<'_> {
    fn newcomer(&self) -> Newcomer<'_> {
        let Candidate { id, terms, party, .. } = self;
        Newcomer { id, terms, bytes: self.envelope.bytes().len(), party: *party }
    }
}

impl Mempool {
    /// Admits concatenated envelopes or says for each why not. Where one cannot
    /// be told from the next, all that follows is one malformed transaction.
    /// Signatures are the last thing looked at, and only where all else is
    /// right. After 32 bad ones the rest is not looked at: `RPC_BUSY`.
    pub fn submit(
        &mut self,
        envelopes: &[u8],
        state: &State,
        genesis_hash: &Hash,
        rules: &Rules<'_>,
    ) -> CoreResult<Vec<Admission>> {
        self.set_base_fee(rules.base_fee);
        self.parties.begin();
        let mut answers = Vec::new();
        let candidates = self.read(envelopes, state, genesis_hash, rules, &mut answers);
        if let Ok(candidates) = &candidates {
            self.take(candidates, genesis_hash, &mut answers);
        }
        self.dismiss_parties();
        candidates.map(|_| answers)
    }

    /// Those that each for itself could be executed.
    fn read<'a>(
        &mut self,
        envelopes: &'a [u8],
        state: &State,
        genesis_hash: &Hash,
        rules: &Rules<'_>,
        answers: &mut Vec<Admission>,
    ) -> CoreResult<Vec<Candidate<'a>>> {
        let (envelopes, unreadable) = read_all(envelopes);
        let ids = transaction::ids(genesis_hash, &envelopes);
        let mut candidates = Vec::with_capacity(envelopes.len());
        for (envelope, id) in envelopes.into_iter().zip(ids) {
            let code = match self.consider(&envelope, &id, state, genesis_hash, rules)? {
                Ok((terms, party)) => {
                    candidates.push(Candidate { at: answers.len(), envelope, id, terms, party });
                    0
                }
                Err(code) => code,
            };
            answers.push(Admission { id, code });
        }
        answers.extend(unreadable.map(|code| Admission { id: [0; 32], code: code as u32 }));
        Ok(candidates)
    }

    /// Of one, without regard to those around it.
    fn consider(
        &mut self,
        envelope: &Envelope<'_>,
        id: &Hash,
        state: &State,
        genesis_hash: &Hash,
        rules: &Rules<'_>,
    ) -> CoreResult<Result<(Terms, u32), u32>> {
        let known = self.find_sender(envelope.sender());
        let slot = match known.and_then(|at| self.senders.get(at)) {
            Some(sender) => sender.slot,
            None => envelope.slot(),
        };
        if !state.owns(slot) {
            return Ok(Err(NOT_OWNED));
        }
        if self.find(id).is_some() {
            return Ok(Err(ErrorCode::DuplicateTransaction as u32));
        }
        let checked = match check_body(chain_tag(genesis_hash), envelope.body()) {
            Ok(checked) => checked,
            Err(fault) => return Ok(Err(fault.code as u32)),
        };
        let terms =
            Terms::new(envelope.sender(), &checked, envelope.bytes().len(), rules.parameters);
        if let Some(code) = rules.refuses(&terms) {
            return Ok(Err(code as u32));
        }
        let party = self.party(&terms, slot, known, state)?;
        Ok(party.map(|party| (terms, party)).map_err(|code| code as u32))
    }

    /// Round by round: who has a place has its signature checked; for whom there
    /// is none because of others of the same round, it is decided again when it
    /// is known what became of these.
    fn take(
        &mut self,
        candidates: &[Candidate<'_>],
        genesis_hash: &Hash,
        answers: &mut [Admission],
    ) {
        let mut unsigned = UNSIGNED_MAX;
        let (mut planned, mut later) = (Vec::with_capacity(candidates.len()), Vec::new());
        let mut waiting: Vec<u32> = (0..candidates.len() as u32).collect();
        for _ in 0..ROUNDS_MAX {
            if waiting.is_empty() || unsigned == 0 {
                break;
            }
            let mut plan = Plan::default();
            for at in waiting.drain(..) {
                let candidate = &candidates[at as usize];
                match self.plan_place(&mut plan, &candidate.newcomer()) {
                    Ok(worth) => {
                        self.parties.count_in(&candidate.newcomer(), worth);
                        planned.push(at);
                    }
                    Err(code) if plan.is_empty() || is_final(code) => {
                        answers[candidate.at].code = code as u32;
                    }
                    Err(_) => later.push(at),
                }
            }
            self.give_up(plan);
            self.parties.begin_round();
            let signed: Vec<_> = planned
                .iter()
                .map(|at| (candidates[*at as usize].envelope, candidates[*at as usize].id))
                .collect();
            let verdicts = find_unsigned(&signed, genesis_hash, unsigned);
            for (place, at) in planned.drain(..).enumerate() {
                let candidate = &candidates[at as usize];
                let admitted = match verdicts.of(place) {
                    Some(true) => self.admit(candidate),
                    Some(false) => {
                        unsigned -= 1;
                        Err(signature_fault(candidate.envelope.sender()).code)
                    }
                    None => Err(ErrorCode::RpcBusy),
                };
                answers[candidate.at].code = admitted.err().map_or(0, |code| code as u32);
            }
            std::mem::swap(&mut waiting, &mut later);
        }
        for at in waiting {
            answers[candidates[at as usize].at].code = ErrorCode::RpcBusy as u32;
        }
    }

    /// Puts a transaction with a valid signature in its place, if it still has one.
    fn admit(&mut self, candidate: &Candidate<'_>) -> Result<(), ErrorCode> {
        let mut plan = Plan::default();
        self.plan_place(&mut plan, &candidate.newcomer())?;
        self.carry_out(plan);
        let Candidate { envelope, id, terms, party, .. } = candidate;
        let sender = self.lane_for(*party, terms.lane);
        self.put(sender, *id, *terms, envelope.bytes());
        Ok(())
    }

    /// In a lane that is open.
    fn put(&mut self, sender: u32, id: Hash, terms: Terms, envelope: &[u8]) {
        let number = self.admitted;
        self.admitted += 1;
        self.bytes += envelope.len();
        let at = self.entries.insert(Entry {
            id,
            number,
            sender,
            terms,
            envelope: self.envelopes.put(envelope),
            reserved: false,
            is_ready: false,
            is_listed: false,
            is_doomed: false,
            forwarded: 0,
            links: Links::default(),
        });
        self.by_id.insert(&id, at);
        self.expiry.insert(&mut self.entries, at, terms.valid_until);
        if let Some(sender) = self.senders.get_mut(sender) {
            sender.count += 1;
            // At most the balance: see `plan_place`.
            sender.cost += terms.cost_max();
            if let Some(queue) = sender.lanes.get_mut(terms.lane) {
                queue.waiting.insert(terms.nonce, at);
            }
        }
        self.arrive(at);
    }
}

/// Whether nothing that others of a submission do changes the answer.
fn is_final(code: ErrorCode) -> bool {
    !matches!(
        code,
        ErrorCode::MempoolFull
            | ErrorCode::SenderQuota
            | ErrorCode::TooManyLanes
            | ErrorCode::InsufficientBalance
    )
}

/// Concatenated envelopes, and why the rest of the bytes is none.
fn read_all(mut bytes: &[u8]) -> (Vec<Envelope<'_>>, Option<ErrorCode>) {
    let mut envelopes = Vec::new();
    while !bytes.is_empty() {
        match Envelope::split_first(bytes) {
            Ok((envelope, rest)) => {
                envelopes.push(envelope);
                bytes = rest;
            }
            Err(fault) => return (envelopes, Some(fault.code)),
        }
    }
    (envelopes, None)
}
