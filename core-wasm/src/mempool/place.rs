//! Whether there is a place for a transaction, before its signature is looked
//! at and once more after.

use super::evict::{Plan, Worth};
use super::{Mempool, Sender, NONCE_WINDOW};
use crate::error::CoreResult;
use crate::hash::Hash;
use crate::ledger::account::{Account, LANES_MAX};
use crate::ledger::Terms;
use crate::proto::ErrorCode;
use crate::state::State;

/// A sender of whom a submission has something: its account, read once, and
/// what of the submission has a place already, as if it were admitted.
#[derive(Clone, Debug, Default)]
pub(super) struct Party {
    account: Account,
    sender: u32,
    count: usize,
    cost: u64,
    /// Lanes that only those have.
    lanes: Vec<u32>,
    /// The lane, nonce and worth of the last of those.
    last: Option<(u32, u64, Worth)>,
}

/// Those of one submission.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties {
    /// Counts submissions; 0 before the first.
    submission: u64,
    /// Kept for what they have allocated.
    all: Vec<Party>,
    count: usize,
}

/// Parties that are kept for the next submission.
const PARTIES_KEPT: usize = 16_384;

impl Parties {
    pub fn begin(&mut self) {
        self.submission += 1;
        self.count = 0;
    }

    /// Whether the sender is one of them.
    pub fn has(&self, sender: &Sender) -> bool {
        self.count > 0 && sender.seen.0 == self.submission
    }

    pub fn get(&self, at: u32) -> &Party {
        &self.all[at as usize]
    }

    /// A newcomer has a place.
    pub fn count_in(&mut self, newcomer: &Newcomer<'_>, worth: Worth) {
        let terms = newcomer.terms;
        let party = &mut self.all[newcomer.party as usize];
        party.count += 1;
        party.cost = party.cost.saturating_add(terms.cost_max());
        party.last = Some((terms.lane, terms.nonce, worth));
        if party.account.nonce(terms.lane) == 0 && !party.lanes.contains(&terms.lane) {
            party.lanes.push(terms.lane);
        }
    }

    /// A party that is not one yet.
    fn next(&mut self) -> &mut Party {
        if self.all.len() == self.count {
            self.all.push(Party::default());
        }
        &mut self.all[self.count]
    }

    /// None of the submission has a place any more but by being admitted.
    pub fn begin_round(&mut self) {
        for party in &mut self.all[..self.count] {
            (party.count, party.cost, party.last) = (0, 0, None);
            party.lanes.clear();
        }
    }
}

/// What asks for a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newcomer<'a> {
    pub id: &'a Hash,
    pub terms: &'a Terms,
    pub bytes: usize,
    pub party: u32,
}

impl Mempool {
    /// The party that a sender is, with its account. `None` where the account
    /// cannot send that at all; then there need be no party.
    pub(super) fn party(
        &mut self,
        terms: &Terms,
        slot: u8,
        known: Option<u32>,
        state: &State,
    ) -> CoreResult<Result<u32, ErrorCode>> {
        let seen = known.and_then(|at| self.senders.get(at)).filter(|one| self.parties.has(one));
        if let Some(sender) = seen {
            let party = sender.seen.1;
            let refused = affordable(terms, &self.parties.get(party).account);
            return Ok(refused.map_or(Ok(party), Err));
        }
        let party = self.parties.next();
        let slot_state = state.slot(slot)?;
        match slot_state.find(&terms.sender)? {
            Some(leaf) => slot_state.read(leaf, &mut party.account)?,
            None => {
                return Ok(Err(affordable(terms, &Account::default())
                    .unwrap_or(ErrorCode::InsufficientBalance)))
            }
        }
        if let Some(code) = affordable(terms, &party.account) {
            return Ok(Err(code));
        }
        let sender = known.unwrap_or_else(|| {
            let at = self.senders.insert(Sender::new(terms.sender, slot));
            self.by_address.insert(&terms.sender, at);
            at
        });
        let party = self.parties.next();
        (party.sender, party.count, party.cost, party.last) = (sender, 0, 0, None);
        party.lanes.clear();
        let at = self.parties.count as u32;
        self.parties.count += 1;
        if let Some(one) = self.senders.get_mut(sender) {
            one.seen = (self.parties.submission, at);
        }
        Ok(Ok(at))
    }

    /// Ends a submission.
    pub(super) fn dismiss_parties(&mut self) {
        let count = std::mem::take(&mut self.parties.count);
        for at in 0..count {
            self.leave(self.parties.all[at].sender);
        }
        self.parties.all.truncate(PARTIES_KEPT);
    }

    /// Plans a place for a newcomer, or says why there is none. Gives its worth.
    pub(super) fn plan_place(
        &mut self,
        plan: &mut Plan,
        newcomer: &Newcomer<'_>,
    ) -> Result<Worth, ErrorCode> {
        let Newcomer { id, terms, bytes, party } = *newcomer;
        if self.find(id).is_some() {
            return Err(ErrorCode::DuplicateTransaction);
        }
        let one = self.parties.get(party);
        let Some(sender) = self.senders.get(one.sender) else {
            return Err(ErrorCode::InsufficientBalance);
        };
        let replaced = sender.entry(terms.lane, terms.nonce);
        let old = replaced.and_then(|at| self.entries.get(at));
        if old.is_some_and(|old| old.reserved || !outbids(terms, &old.terms)) {
            return Err(ErrorCode::UnderpricedReplacement);
        }
        let old_cost = old.map_or(0, |old| old.terms.cost_max());
        if old.is_none() {
            if sender.count + one.count >= self.limits.sender_transactions_max {
                return Err(ErrorCode::SenderQuota);
            }
            if !has_lane(terms.lane, one, sender) {
                return Err(ErrorCode::TooManyLanes);
            }
        }
        // The first two are at most the balance, together.
        let waiting = (sender.cost - old_cost).saturating_add(one.cost);
        match waiting.checked_add(terms.cost_max()) {
            Some(cost) if cost <= one.account.balance => {}
            _ => return Err(ErrorCode::InsufficientBalance),
        }
        let worth = self.worth_of_new(terms, one, sender);
        let has_room = self.plan_room(plan, worth, bytes, replaced);
        has_room.then_some(worth).ok_or(ErrorCode::MempoolFull)
    }

    /// In the lane of a sender, which is opened where it is not open.
    pub(super) fn lane_for(&mut self, party: u32, lane: u32) -> u32 {
        let one = self.parties.get(party);
        if let Some(sender) = self.senders.get_mut(one.sender) {
            if sender.lanes.get(lane).is_none() {
                let next = one.account.nonce(lane);
                sender.lanes.insert(lane, super::queue::LaneQueue { next, ..Default::default() });
            }
        }
        one.sender
    }

    fn worth_of_new(&self, terms: &Terms, party: &Party, sender: &Sender) -> Worth {
        let own = terms.tip_at(self.ready.base_fee)?;
        let lane = sender.lanes.get(terms.lane);
        let next = lane.map_or_else(|| party.account.nonce(terms.lane), |lane| lane.next);
        if terms.nonce <= next {
            return Some(own);
        }
        if let Some((last, nonce, worth)) = party.last {
            if (last, nonce + 1) == (terms.lane, terms.nonce) {
                return Some(worth?.min(own));
            }
        }
        let lane = lane.filter(|lane| lane.reaches(terms.nonce))?;
        Some(self.worth_of(lane)?.min(own))
    }
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
fn has_lane(lane: u32, party: &Party, sender: &Sender) -> bool {
    let Party { account, lanes, .. } = party;
    if account.nonce(lane) > 0 || sender.lanes.get(lane).is_some() || lanes.contains(&lane) {
        return true;
    }
    let waiting = sender.lanes.iter().filter(|(lane, _)| account.nonce(*lane) == 0).count();
    let planned = lanes.iter().filter(|lane| sender.lanes.get(**lane).is_none()).count();
    account.lanes.len() + waiting + planned < LANES_MAX
}

/// A replacement offers a tenth more for both prices, and more in any case.
fn outbids(new: &Terms, old: &Terms) -> bool {
    let tenth_more = |new: u64, old: u64| u128::from(new) * 10 >= u128::from(old) * 11;
    new.max_fee > old.max_fee
        && tenth_more(new.max_fee, old.max_fee)
        && tenth_more(new.tip, old.tip)
}
