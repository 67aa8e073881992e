//! Transactions that wait for a block: of the senders of one shard's slots.
//!
//! What is admitted could be executed as things stand: known sender, room in
//! its lane, money for all that it has waiting. What leaves for a batch stays
//! reserved until a block decides about it or the batch is given up. Where
//! there is no room, what is worth least makes it.
#![forbid(unsafe_code)]

mod admit;
mod arena;
mod assemble;
mod evict;
mod expiry;
mod few;
mod forward;
mod lanes;
mod place;
mod queue;
mod ready;
mod settle;
#[cfg(test)]
mod simple;
mod slab;
mod table;
mod takeable;
#[cfg(test)]
mod tests;

pub use admit::{Admission, NOT_OWNED, UNSIGNED_MAX};
pub use assemble::{Assembled, Room};
pub use forward::FORWARD_AGAIN_BLOCKS;

use crate::hash::Hash;
use crate::ledger::Terms;
use arena::{Arena, Stored};
use evict::Worst;
use expiry::{Expiry, Links};
use forward::Resting;
use place::Parties;
use queue::Sender;
use ready::Ready;
use slab::Slab;
use table::Table;

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
        Limits { transactions_max: 262_144, bytes_max: 128 << 20, sender_transactions_max: 16_384 }
    }
}

/// How far ahead of a lane's next nonce one may wait: one lane alone may use up
/// what a sender may have in all.
pub const NONCE_WINDOW: u64 = 16_384;

#[derive(Clone, Debug)]
struct Entry {
    id: Hash,
    /// Counts admissions: earlier goes first.
    number: u64,
    sender: u32,
    terms: Terms,
    envelope: Stored,
    /// In a batch that no block has decided about.
    reserved: bool,
    /// The head of its lane, and pays the base fee.
    is_ready: bool,
    /// Among those of its bucket in [`Ready`], ready or not.
    is_listed: bool,
    /// To make room for what is being looked at.
    is_doomed: bool,
    /// The last turn in which it was forwarded; 0: never.
    forwarded: u64,
    links: Links,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Mempool {
    limits: Limits,
    entries: Slab<Entry>,
    envelopes: Arena,
    by_id: Table,
    senders: Slab<Sender>,
    by_address: Table,
    expiry: Expiry,
    bytes: usize,
    admitted: u64,
    takeable: usize,
    taken: u64,
    ready: Ready,
    resting: Resting,
    worst: Worst,
    parties: Parties,
    /// Senders of whom something was executed that was not ours.
    shaken: Vec<u32>,
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
        self.len() == 0
    }

    /// Bytes of all envelopes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether exactly these bytes were admitted: then their signature is valid.
    pub fn knows(&self, id: &Hash, envelope: &[u8]) -> bool {
        let entry = self.find(id).and_then(|at| self.entries.get(at));
        entry.is_some_and(|entry| self.envelopes.is(entry.envelope, envelope))
    }

    /// Last height and entry of everything.
    #[cfg(test)]
    fn expiring(&self) -> Vec<(u64, u32)> {
        self.expiry.all(&self.entries)
    }

    fn find(&self, id: &Hash) -> Option<u32> {
        self.by_id.find(id, |at| self.entries.get(at).is_some_and(|entry| entry.id == *id))
    }

    fn find_sender(&self, address: &[u8; 32]) -> Option<u32> {
        self.by_address
            .find(address, |at| self.senders.get(at).is_some_and(|one| one.address == *address))
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
                self.envelopes.copy(entry.envelope, envelopes);
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
        self.by_id.remove(&entry.id, index);
        self.expiry.remove(&mut self.entries, entry.links, entry.terms.valid_until);
        self.bytes -= entry.envelope.len();
        self.envelopes.remove(entry.envelope);
        self.uncount(entry.sender, entry.terms.lane);
        let Some(sender) = self.senders.get_mut(entry.sender) else { return };
        sender.forget(entry.terms.lane, entry.terms.nonce);
        sender.count -= 1;
        sender.cost -= entry.terms.cost_max();
        if sender.count == 0 {
            self.leave(entry.sender);
        } else {
            self.note(entry.sender, entry.terms.lane);
        }
    }

    /// Forgets a sender of whom nothing waits and nothing is being looked at.
    fn leave(&mut self, sender: u32) {
        let Some(one) = self.senders.get(sender) else { return };
        if one.count == 0 && !self.parties.has(one) {
            self.by_address.remove(&one.address, sender);
            self.senders.remove(sender);
        }
    }
}
