//! Who leaves for a batch: the best payers first, each lane in its order.

use super::Mempool;
use crate::address::Address;
use crate::batch::PayloadBuilder;
use crate::error::CoreResult;
use crate::ledger::account::Account;
use crate::ledger::Rules;
use crate::state::{State, SLOTS};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a payload may take.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of the payload.
    pub bytes: usize,
    /// Number of transactions.
    pub transactions: usize,
}

/// The next transaction of a lane. The price comes first, then who was earlier.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    price: u64,
    number: Reverse<u64>,
    entry: u32,
    /// Index of the lane among those of the sender.
    lane: usize,
    /// Place in the lane's queue.
    place: usize,
}

impl Mempool {
    /// A payload of at most `room`, empty where nothing is ready. What is in it
    /// stays reserved.
    pub fn assemble(
        &mut self,
        room: Room,
        state: &State,
        rules: &Rules<'_>,
    ) -> CoreResult<Vec<u8>> {
        let mut open = self.heads(state, rules)?;
        let mut payload = PayloadBuilder::new();
        let mut slot_gas = [0u64; SLOTS];
        let mut gas = 0u64;
        while (payload.count() as usize) < room.transactions {
            let Some(next) = open.pop() else { break };
            let Some(entry) = self.entries.get_mut(next.entry) else { continue };
            let Some(sender) = self.senders.get(entry.sender) else { continue };
            let slot = usize::from(sender.slot);
            // Both sums: gas of one is at most slot_gas_max, so below 2^61.
            if payload.len_with(sender.slot, entry.envelope.len()) > room.bytes
                || slot_gas[slot] + entry.terms.gas > rules.parameters.slot_gas_max
                || gas + entry.terms.gas > rules.parameters.block_gas_max
            {
                // What follows in the lane cannot go without this one.
                continue;
            }
            slot_gas[slot] += entry.terms.gas;
            gas += entry.terms.gas;
            entry.reserved = true;
            payload.push(sender.slot, &entry.envelope);
            let (nonce, sender) = (entry.terms.nonce, entry.sender);
            open.extend(self.next(sender, next.lane, next.place + 1, nonce + 1, rules));
        }
        Ok(payload.finish())
    }

    /// Whether [`Mempool::assemble`] would find something.
    pub fn is_ready(&mut self, state: &State, rules: &Rules<'_>) -> CoreResult<bool> {
        self.may_be_ready = self.may_be_ready && self.has_head(state, rules)?;
        Ok(self.may_be_ready)
    }

    /// Whether the lane's next is waiting.
    pub(super) fn is_lane_ready(
        &self,
        sender: u32,
        lane: u32,
        account: &Account,
        rules: &Rules<'_>,
    ) -> bool {
        let at = self.senders.get(sender).and_then(|sender| sender.position(lane).ok());
        at.is_some_and(|at| self.next(sender, at, 0, account.nonce(lane), rules).is_some())
    }

    fn has_head(&self, state: &State, rules: &Rules<'_>) -> CoreResult<bool> {
        let mut account = Account::default();
        for (at, sender) in self.senders.iter() {
            self.read(sender.slot, &sender.address, state, &mut account)?;
            for (lane, queue) in sender.lanes.iter().enumerate() {
                if self.next(at, lane, 0, account.nonce(queue.lane), rules).is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn heads(&self, state: &State, rules: &Rules<'_>) -> CoreResult<BinaryHeap<Next>> {
        let mut heads = Vec::new();
        let mut account = Account::default();
        for (at, sender) in self.senders.iter() {
            self.read(sender.slot, &sender.address, state, &mut account)?;
            for (lane, queue) in sender.lanes.iter().enumerate() {
                heads.extend(self.next(at, lane, 0, account.nonce(queue.lane), rules));
            }
        }
        Ok(heads.into())
    }

    fn read(
        &self,
        slot: u8,
        address: &Address,
        state: &State,
        account: &mut Account,
    ) -> CoreResult<()> {
        let slot = state.slot(slot)?;
        match slot.find(address) {
            Some(leaf) => slot.read(leaf, account),
            None => {
                *account = Account::default();
                Ok(())
            }
        }
    }

    /// The first of a lane, from `place` on, that is not on its way already;
    /// `None` behind a gap or one that this block cannot take.
    fn next(
        &self,
        sender: u32,
        lane: usize,
        place: usize,
        nonce: u64,
        rules: &Rules<'_>,
    ) -> Option<Next> {
        let queue = self.senders.get(sender)?.lanes.get(lane)?;
        let mut expected = nonce;
        for (place, (nonce, entry)) in queue.waiting.iter().enumerate().skip(place) {
            if *nonce < expected {
                continue;
            }
            if *nonce > expected {
                return None;
            }
            let waiting = self.entries.get(*entry)?;
            if !waiting.reserved {
                let price = waiting.terms.price(rules.base_fee);
                let number = Reverse(waiting.number);
                return match rules.refuses(&waiting.terms) {
                    None => Some(Next { price, number, entry: *entry, lane, place }),
                    Some(_) => None,
                };
            }
            expected += 1;
        }
        None
    }
}
