//! Who gets in.

use super::{Entry, Mempool, Sender, NONCE_WINDOW};
use crate::address::Address;
use crate::error::CoreResult;
use crate::hash::Hash;
use crate::ledger::account::{Account, LANES_MAX};
use crate::ledger::{Rules, Terms};
use crate::proto::ErrorCode;
use crate::state::State;
use crate::transaction::{chain_tag, check_body, find_unsigned, signature_fault, Envelope};

/// Reported for an envelope of another shard's sender.
pub const NOT_OWNED: u32 = u32::MAX;

/// A bad signature costs as much as several good ones, and its sender cannot be
/// charged, not being known. So one submission has this many searched for.
pub const UNSIGNED_MAX: usize = 32;

/// The answer to one envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Zero where no envelope could be read.
    pub id: Hash,
    /// 0: admitted. Otherwise an `ErrorCode`, or [`NOT_OWNED`].
    pub code: u32,
}

impl Admission {
    fn refused(id: Hash, code: ErrorCode) -> Admission {
        Admission { id, code: code as u32 }
    }
}

struct Candidate<'a> {
    at: usize,
    envelope: Envelope<'a>,
    id: Hash,
    terms: Terms,
}

impl Mempool {
    /// Admits concatenated envelopes or says for each why not. Where one cannot
    /// be told from the next, all that follows is one malformed transaction.
    /// After 32 bad signatures the rest is not looked at: `RPC_BUSY`.
    pub fn submit(
        &mut self,
        envelopes: &[u8],
        state: &State,
        genesis_hash: &Hash,
        rules: &Rules<'_>,
    ) -> CoreResult<Vec<Admission>> {
        self.set_base_fee(rules.base_fee);
        let mut answers = Vec::new();
        let mut candidates = Vec::new();
        let mut rest = envelopes;
        while !rest.is_empty() {
            let envelope = match Envelope::split_first(rest) {
                Ok((envelope, tail)) => {
                    rest = tail;
                    envelope
                }
                Err(fault) => {
                    answers.push(Admission::refused([0; 32], fault.code));
                    break;
                }
            };
            let at = answers.len();
            match self.consider(&envelope, state, genesis_hash, rules)? {
                Ok((id, terms)) => {
                    candidates.push(Candidate { at, envelope, id, terms });
                    answers.push(Admission { id, code: 0 });
                }
                Err(answer) => answers.push(answer),
            }
        }
        let signed: Vec<_> =
            candidates.iter().map(|candidate| (candidate.envelope, candidate.id)).collect();
        let verdicts = find_unsigned(&signed, genesis_hash, UNSIGNED_MAX);
        for (place, candidate) in candidates.iter().enumerate() {
            let admitted = match verdicts.of(place) {
                Some(true) => self.admit(candidate, state)?,
                Some(false) => Err(signature_fault(candidate.envelope.sender()).code),
                None => Err(ErrorCode::RpcBusy),
            };
            answers[candidate.at].code = admitted.err().map_or(0, |code| code as u32);
        }
        Ok(answers)
    }

    /// All that is cheaper than the signature.
    fn consider(
        &self,
        envelope: &Envelope<'_>,
        state: &State,
        genesis_hash: &Hash,
        rules: &Rules<'_>,
    ) -> CoreResult<Result<(Hash, Terms), Admission>> {
        let id = envelope.id(genesis_hash);
        if !state.owns(envelope.slot()) {
            return Ok(Err(Admission { id, code: NOT_OWNED }));
        }
        if self.by_id.contains_key(&id) {
            return Ok(Err(Admission::refused(id, ErrorCode::DuplicateTransaction)));
        }
        let checked = match check_body(chain_tag(genesis_hash), envelope.body()) {
            Ok(checked) => checked,
            Err(fault) => return Ok(Err(Admission::refused(id, fault.code))),
        };
        let terms =
            Terms::new(envelope.sender(), &checked, envelope.bytes().len(), rules.parameters);
        if let Some(code) = rules.refuses(&terms) {
            return Ok(Err(Admission::refused(id, code)));
        }
        let account = account(state, envelope.slot(), envelope.sender())?;
        Ok(match affordable(&terms, &account) {
            Some(code) => Err(Admission::refused(id, code)),
            None => Ok((id, terms)),
        })
    }

    /// Puts a transaction with a valid signature in its place.
    fn admit(
        &mut self,
        candidate: &Candidate<'_>,
        state: &State,
    ) -> CoreResult<Result<(), ErrorCode>> {
        let Candidate { envelope, id, terms, .. } = candidate;
        let slot = envelope.slot();
        let account = account(state, slot, envelope.sender())?;
        let replaced = match self.place(id, terms, envelope.bytes().len(), &account) {
            Ok(replaced) => replaced,
            Err(code) => return Ok(Err(code)),
        };
        if let Some(replaced) = replaced {
            self.remove(replaced);
        }
        let at = match self.by_address.get(&terms.sender) {
            Some(at) => *at,
            None => {
                let at = self.senders.insert(Sender::new(terms.sender, slot));
                self.by_address.insert(terms.sender, at);
                at
            }
        };
        if let Some(sender) = self.senders.get_mut(at) {
            sender.open(terms.lane, account.nonce(terms.lane));
        }
        self.put(at, *id, *terms, envelope.bytes());
        Ok(Ok(()))
    }

    /// In a lane that is open.
    fn put(&mut self, sender: u32, id: Hash, terms: Terms, envelope: &[u8]) {
        let number = self.admitted;
        self.admitted += 1;
        self.bytes += envelope.len();
        let envelope = envelope.into();
        let entry = Entry { id, number, sender, terms, envelope, reserved: false, forwarded: 0 };
        let at = self.entries.insert(entry);
        self.by_id.insert(id, at);
        self.expiry.insert((terms.valid_until, at));
        if let Some(sender) = self.senders.get_mut(sender) {
            sender.count += 1;
            // At most the balance: see `place`.
            sender.cost += terms.cost_max();
            if let Some(queue) = sender.find_mut(terms.lane) {
                if let Err(position) = queue.position(terms.nonce) {
                    queue.waiting.insert(position, (terms.nonce, at));
                }
            }
        }
        self.arrive(at);
    }

    /// Whether there is room, and for whom it must be made.
    fn place(
        &self,
        id: &Hash,
        terms: &Terms,
        bytes: usize,
        account: &Account,
    ) -> Result<Option<u32>, ErrorCode> {
        if self.by_id.contains_key(id) {
            return Err(ErrorCode::DuplicateTransaction);
        }
        let sender = self.by_address.get(&terms.sender).and_then(|at| self.senders.get(*at));
        let replaced = sender.and_then(|sender| sender.entry(terms.lane, terms.nonce));
        let old = replaced.and_then(|at| self.entries.get(at));
        if old.is_some_and(|old| old.reserved || !outbids(terms, &old.terms)) {
            return Err(ErrorCode::UnderpricedReplacement);
        }
        let (old_bytes, old_cost) =
            old.map_or((0, 0), |old| (old.envelope.len(), old.terms.cost_max()));
        if self.bytes - old_bytes + bytes > self.limits.bytes_max
            || old.is_none() && self.len() >= self.limits.transactions_max
        {
            return Err(ErrorCode::MempoolFull);
        }
        if let Some(sender) = sender {
            if old.is_none() && sender.count >= self.limits.sender_transactions_max {
                return Err(ErrorCode::SenderQuota);
            }
            if !has_lane(terms.lane, account, sender) {
                return Err(ErrorCode::TooManyLanes);
            }
        }
        let waiting = sender.map_or(0, |sender| sender.cost) - old_cost;
        match waiting.checked_add(terms.cost_max()) {
            Some(cost) if cost <= account.balance => Ok(replaced),
            _ => Err(ErrorCode::InsufficientBalance),
        }
    }
}

fn account(state: &State, slot: u8, address: &Address) -> CoreResult<Account> {
    let slot = state.slot(slot)?;
    let mut account = Account::default();
    if let Some(leaf) = slot.find(address)? {
        slot.read(leaf, &mut account)?;
    }
    Ok(account)
}

/// Why a transaction could not be executed even if it alone were waiting.
fn affordable(terms: &Terms, account: &Account) -> Option<ErrorCode> {
    let next = account.nonce(terms.lane);
    if account.key.is_some_and(|key| key != terms.sender) {
        Some(ErrorCode::NotAuthorized)
    } else if terms.nonce < next {
        Some(ErrorCode::NonceUsed)
    } else if terms.nonce - next >= NONCE_WINDOW {
        Some(ErrorCode::NonceTooFar)
    } else if !account.has_room_for(terms.lane) {
        Some(ErrorCode::TooManyLanes)
    } else if account.balance < terms.cost_max() {
        Some(ErrorCode::InsufficientBalance)
    } else {
        None
    }
}

/// Whether the lanes of the account and those that wait to become some leave
/// room for this one.
fn has_lane(lane: u32, account: &Account, sender: &Sender) -> bool {
    if account.nonce(lane) > 0 || sender.lane(lane).is_some() {
        return true;
    }
    let new = sender.lanes.iter().filter(|queue| account.nonce(queue.lane) == 0).count();
    account.lanes.len() + new < LANES_MAX
}

/// A replacement offers a tenth more for both prices, and more in any case.
fn outbids(new: &Terms, old: &Terms) -> bool {
    let tenth_more = |new: u64, old: u64| u128::from(new) * 10 >= u128::from(old) * 11;
    new.max_fee > old.max_fee
        && tenth_more(new.max_fee, old.max_fee)
        && tenth_more(new.tip, old.tip)
}
