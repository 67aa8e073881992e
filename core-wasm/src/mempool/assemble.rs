//! Who leaves for a batch: the best payers first, each lane in its order.

use super::Mempool;
use crate::batch::PayloadBuilder;
use crate::buckets::BucketSet;
use crate::hash::Hash;
use crate::ledger::{Rules, Terms};
use crate::state::SLOTS;
use std::collections::BinaryHeap;

/// What a payload may take.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of the payload.
    pub bytes: usize,
    /// Number of transactions.
    pub transactions: usize,
}

/// A payload, and what is known of its transactions, in its order.
#[derive(Clone, Debug, Default)]
pub struct Assembled {
    /// Empty where nothing was ready.
    pub payload: Vec<u8>,
    /// Of each transaction.
    pub known: Vec<(Hash, Terms)>,
}

/// Heads of one bucket that may find no room before no more are tried.
const MISSES_MAX: u32 = 32;

impl Mempool {
    /// A payload of at most `room` from these buckets, empty where nothing is
    /// ready. What is in it stays reserved.
    pub fn assemble(&mut self, room: Room, buckets: &BucketSet, rules: &Rules<'_>) -> Assembled {
        self.set_base_fee(rules.base_fee);
        self.resting.set_own(buckets);
        let turn = self.resting.turn(rules.height);
        let mut open: BinaryHeap<_> =
            buckets.iter().filter_map(|bucket| Some((self.best(bucket)?, bucket))).collect();
        let mut payload = PayloadBuilder::new();
        let mut envelope = Vec::new();
        let mut leaving = Vec::new();
        let mut missed = Vec::new();
        let mut misses = [0u32; SLOTS];
        let mut slot_gas = [0u64; SLOTS];
        let mut gas = 0u64;
        while (payload.count() as usize) < room.transactions {
            let Some((head, bucket)) = open.pop() else { break };
            let slot = usize::from(bucket);
            self.pop_best(bucket);
            let Some(entry) = self.entries.get(head.entry) else { continue };
            let of_one = entry.terms.gas;
            // Both sums: gas of one is at most slot_gas_max, so below 2^61.
            if payload.len_with(bucket, entry.envelope.len()) > room.bytes
                || slot_gas[slot] + of_one > rules.parameters.slot_gas_max
                || gas + of_one > rules.parameters.block_gas_max
                || rules.refuses(&entry.terms).is_some()
                || entry.is_elsewhere(turn)
            {
                // What follows in the lane cannot go without this one.
                missed.push((bucket, head));
                misses[slot] += 1;
            } else {
                slot_gas[slot] += of_one;
                gas += of_one;
                envelope.clear();
                self.envelopes.copy(entry.envelope, &mut envelope);
                payload.push(bucket, &envelope);
                leaving.push((bucket, head.entry));
                self.depart(head.entry);
            }
            if misses[slot] < MISSES_MAX {
                open.extend(self.best(bucket).map(|head| (head, bucket)));
            }
        }
        for (bucket, head) in missed {
            self.put_back(bucket, head);
        }
        // Stable, as a payload is.
        leaving.sort_by_key(|(bucket, _)| *bucket);
        let entries = leaving.iter().filter_map(|(_, at)| self.entries.get(*at));
        let known = entries.map(|entry| (entry.id, entry.terms)).collect();
        Assembled { payload: payload.finish(), known }
    }
}
