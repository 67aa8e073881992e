//! What [`Mempool::assemble`] and [`Mempool::takeable`] give, worked out anew by
//! looking at everybody.

use super::{Mempool, Room};
use crate::batch::PayloadBuilder;
use crate::buckets::BucketSet;
use crate::ledger::account::Account;
use crate::ledger::Rules;
use crate::state::{State, SLOTS};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// The next of a lane: price, who was earlier, entry, nonce, sender, lane.
type Next = (u64, Reverse<u64>, u32, u64, u32, u32);

pub fn assemble(
    mempool: &Mempool,
    room: Room,
    state: &State,
    own: &BucketSet,
    rules: &Rules<'_>,
) -> Vec<u8> {
    let mut taken = BTreeSet::new();
    let mut open: BinaryHeap<Next> = BinaryHeap::new();
    for (at, sender) in mempool.senders.iter().filter(|(_, sender)| own.has(sender.slot)) {
        let slot = state.slot(sender.slot).unwrap();
        let mut account = Account::default();
        if let Some(leaf) = slot.find(&sender.address).unwrap() {
            slot.read(leaf, &mut account).unwrap();
        }
        for (lane, _) in sender.lanes.iter() {
            open.extend(next(mempool, &taken, (at, *lane), account.nonce(*lane), rules));
        }
    }
    let mut payload = PayloadBuilder::new();
    let (mut slot_gas, mut gas) = ([0u64; SLOTS], 0u64);
    while (payload.count() as usize) < room.transactions {
        let Some((_, _, at, nonce, sender, lane)) = open.pop() else { break };
        let entry = mempool.entries.get(at).unwrap();
        let slot = mempool.senders.get(sender).unwrap().slot;
        let used = &mut slot_gas[usize::from(slot)];
        if payload.len_with(slot, entry.envelope.len()) > room.bytes
            || *used + entry.terms.gas > rules.parameters.slot_gas_max
            || gas + entry.terms.gas > rules.parameters.block_gas_max
        {
            continue;
        }
        *used += entry.terms.gas;
        gas += entry.terms.gas;
        taken.insert(at);
        let mut envelope = Vec::new();
        mempool.envelopes.copy(entry.envelope, &mut envelope);
        payload.push(slot, &envelope);
        open.extend(next(mempool, &taken, (sender, lane), nonce + 1, rules));
    }
    payload.finish()
}

pub fn takeable(mempool: &Mempool, state: &State) -> usize {
    let mut count = 0;
    for (_, sender) in mempool.senders.iter() {
        let slot = state.slot(sender.slot).unwrap();
        let mut account = Account::default();
        if let Some(leaf) = slot.find(&sender.address).unwrap() {
            slot.read(leaf, &mut account).unwrap();
        }
        for (lane, queue) in sender.lanes.iter() {
            let mut has_head = false;
            for nonce in account.nonce(*lane).. {
                let at = queue.waiting.get(nonce).copied();
                let Some(entry) = at.and_then(|at| mempool.entries.get(at)) else { break };
                if !has_head && !entry.reserved {
                    has_head = true;
                    if entry.terms.max_fee < mempool.ready.base_fee {
                        break;
                    }
                }
                count += 1;
            }
        }
    }
    count
}

/// The first of a lane that is not on its way already; none behind a gap.
fn next(
    mempool: &Mempool,
    taken: &BTreeSet<u32>,
    (sender, lane): (u32, u32),
    mut expected: u64,
    rules: &Rules<'_>,
) -> Option<Next> {
    for (nonce, at) in mempool.lane(sender, lane)?.waiting.iter() {
        if *nonce < expected {
            continue;
        }
        if *nonce > expected {
            return None;
        }
        let entry = mempool.entries.get(*at)?;
        if !entry.reserved && !taken.contains(at) {
            let price = entry.terms.price(rules.base_fee);
            let next = (price, Reverse(entry.number), *at, *nonce, sender, lane);
            let turn = mempool.resting.turn(rules.height);
            let is_free = rules.refuses(&entry.terms).is_none() && !entry.is_elsewhere(turn);
            return is_free.then_some(next);
        }
        expected += 1;
    }
    None
}
