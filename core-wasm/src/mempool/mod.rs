//! Transactions that wait for a block: of the senders of one shard's slots.
//!
//! What is admitted could be executed as things stand: known sender, room in
//! its lane, money for all that it has waiting. What leaves for a batch stays
//! reserved until a block decides about it or the batch is given up.
#![forbid(unsafe_code)]

mod admit;
mod assemble;
mod forward;
mod lanes;
mod map;
mod queue;
mod settle;
#[cfg(test)]
mod simple;
mod slab;
#[cfg(test)]
mod tests;

pub use admit::{Admission, NOT_OWNED, UNSIGNED_MAX};
pub use assemble::Room;
pub use forward::FORWARD_AGAIN_BLOCKS;

use crate::hash::Hash;
use crate::ledger::Terms;
use forward::Resting;
use lanes::Ready;
use map::BytesMap;
use queue::Sender;
use slab::Slab;
use std::collections::BTreeSet;

/// Bounds of a mempool.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Transactions in all.
    pub transactions_max: usize,
    /// Bytes of envelopes in all.
    pub bytes_max: usize,
    /// Transactions of one sender.
    pub sender_transactions_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { transactions_max: 262_144, bytes_max: 128 << 20, sender_transactions_max: 4_096 }
    }
}

/// How far ahead of a lane's next nonce one may wait: 64 for each of 64 lanes
/// is what a sender may have in all, and one lane alone may use it up.
pub const NONCE_WINDOW: u64 = 64 * 64;

#[derive(Clone, Debug)]
struct Entry {
    id: Hash,
    /// Counts admissions: earlier goes first.
    number: u64,
    sender: u32,
    terms: Terms,
    envelope: Box<[u8]>,
    reserved: bool,
    /// The last height at which it was forwarded; 0: never.
    forwarded: u64,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Mempool {
    limits: Limits,
    entries: Slab<Entry>,
    by_id: BytesMap<u32>,
    senders: Slab<Sender>,
    by_address: BytesMap<u32>,
    /// Entries by their last height.
    expiry: BTreeSet<(u64, u32)>,
    bytes: usize,
    admitted: u64,
    ready: Ready,
    resting: Resting,
}

impl Mempool {
    /// Empty, with other limits than the default ones.
    pub fn with_limits(limits: Limits) -> Mempool {
        Mempool { limits, ..Mempool::default() }
    }

    /// The bounds for what comes from here on.
    pub fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    /// Transactions in it, reserved ones included.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Bytes of all envelopes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether exactly these bytes were admitted: then their signature is valid.
    pub fn knows(&self, id: &Hash, envelope: &[u8]) -> bool {
        let entry = self.by_id.get(id).and_then(|entry| self.entries.get(*entry));
        entry.is_some_and(|entry| *entry.envelope == *envelope)
    }

    /// Takes out what waits in a bucket, reserved or not, in the order in which
    /// it came: appends the envelopes.
    pub fn withdraw_bucket(&mut self, bucket: u8, envelopes: &mut Vec<u8>) {
        let is_here = |entry: &Entry| {
            self.senders.get(entry.sender).is_some_and(|sender| sender.slot == bucket)
        };
        let mut leaving: Vec<(u64, u32)> = self
            .entries
            .iter()
            .filter(|(_, entry)| is_here(entry))
            .map(|(at, entry)| (entry.number, at))
            .collect();
        leaving.sort_unstable();
        for (_, at) in leaving {
            if let Some(entry) = self.entries.get(at) {
                envelopes.extend_from_slice(&entry.envelope);
            }
            self.remove(at);
        }
    }

    /// Takes out an entry whose nonce no block has used.
    fn remove(&mut self, index: u32) {
        self.withdraw(index);
        self.forget(index);
    }

    /// Takes an entry out of the books.
    fn forget(&mut self, index: u32) {
        let Some(entry) = self.entries.remove(index) else { return };
        self.by_id.remove(&entry.id);
        self.expiry.remove(&(entry.terms.valid_until, index));
        self.bytes -= entry.envelope.len();
        let Some(sender) = self.senders.get_mut(entry.sender) else { return };
        sender.forget(entry.terms.lane, entry.terms.nonce);
        sender.count -= 1;
        sender.cost -= entry.terms.cost_max();
        if sender.count == 0 {
            self.by_address.remove(&sender.address);
            self.senders.remove(entry.sender);
        }
    }
}
