//! What may leave next: the first of each lane that is not on its way already,
//! in order of price, bucket by bucket.
//!
//! Every lane knows the nonce that must leave next: that of its account, or the
//! one behind those on their way that join it without a gap. The waiting entry
//! with that nonce is the lane's head. All of this is kept as things change, so
//! that a batch costs what it takes, however many wait.

use super::{Entry, Mempool};
use crate::buckets::BucketSet;
use crate::ledger::Terms;
use crate::state::SLOTS;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The head of a lane. The price comes first, then who was earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    price: u64,
    number: Reverse<u64>,
    pub entry: u32,
}

/// Heads by bucket, the best last, priced at one base fee.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    base_fee: u64,
    buckets: Vec<BTreeSet<Head>>,
}

impl Default for Ready {
    fn default() -> Self {
        Self { base_fee: 0, buckets: vec![BTreeSet::new(); SLOTS] }
    }
}

impl Ready {
    pub fn best(&self, bucket: u8) -> Option<Head> {
        self.buckets[usize::from(bucket)].last().copied()
    }

    pub fn insert(&mut self, bucket: u8, head: Head) {
        self.buckets[usize::from(bucket)].insert(head);
    }

    pub fn remove(&mut self, bucket: u8, head: &Head) {
        self.buckets[usize::from(bucket)].remove(head);
    }

    pub fn is_empty(&self, buckets: &BucketSet) -> bool {
        buckets.iter().all(|bucket| self.buckets[usize::from(bucket)].is_empty())
    }

    /// `None` where it does not pay the base fee.
    fn head(&self, at: u32, entry: &Entry) -> Option<Head> {
        let price = entry.terms.price(self.base_fee);
        let head = Head { price, number: Reverse(entry.number), entry: at };
        (entry.terms.max_fee >= self.base_fee).then_some(head)
    }
}

impl Mempool {
    /// Orders by the prices at another base fee.
    pub(super) fn set_base_fee(&mut self, base_fee: u64) {
        if self.ready.base_fee == base_fee {
            return;
        }
        self.ready = Ready { base_fee, ..Ready::default() };
        let heads: Vec<u32> = self
            .senders
            .iter()
            .flat_map(|(_, sender)| sender.lanes.iter().filter_map(|lane| lane.at(lane.next)))
            .collect();
        heads.into_iter().for_each(|entry| self.show(entry));
    }

    /// A new entry may be its lane's head.
    pub(super) fn arrive(&mut self, at: u32) {
        let Some(Entry { sender, terms, .. }) = self.entries.get(at) else { return };
        let lane = self.senders.get(*sender).and_then(|sender| sender.lane(terms.lane));
        if lane.is_some_and(|lane| lane.next == terms.nonce) {
            self.show(at);
        }
        self.rest(at);
    }

    /// A head goes on its way; the one behind it is next.
    pub(super) fn depart(&mut self, at: u32) {
        self.hide(at);
        self.unrest(at);
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.reserved = true;
        let (sender, lane, nonce) = (entry.sender, entry.terms.lane, entry.terms.nonce);
        // Nonces are below 2^64 - 1.
        self.go_on(sender, lane, nonce + 1);
    }

    /// One that was on its way waits again.
    pub(super) fn come_back(&mut self, at: u32) {
        let Some(entry) = self.entries.get_mut(at).filter(|entry| entry.reserved) else { return };
        entry.reserved = false;
        let (sender, Terms { lane, nonce, .. }) = (entry.sender, entry.terms);
        self.rest(at);
        let Some(next) = self.next_of(sender, lane) else { return };
        if nonce <= next {
            self.step_back(sender, lane, nonce);
            self.show(at);
        }
    }

    /// One is about to be taken out, and its nonce not used: the lane waits for it again.
    pub(super) fn withdraw(&mut self, at: u32) {
        let Some(entry) = self.entries.get(at) else { return };
        let (sender, Terms { lane, nonce, .. }) = (entry.sender, entry.terms);
        if !entry.reserved {
            self.hide(at);
            self.unrest(at);
        } else if self.next_of(sender, lane).is_some_and(|next| nonce < next) {
            self.step_back(sender, lane, nonce);
        }
    }

    /// A block used up the lane's nonces up to that one.
    pub(super) fn used(&mut self, sender: u32, lane: u32, nonce: u64) {
        let Some(next) = self.next_of(sender, lane).filter(|next| *next <= nonce) else { return };
        self.hide_nonce(sender, lane, next);
        self.go_on(sender, lane, nonce + 1);
    }

    fn next_of(&self, sender: u32, lane: u32) -> Option<u64> {
        Some(self.senders.get(sender)?.lane(lane)?.next)
    }

    fn step_back(&mut self, sender: u32, lane: u32, nonce: u64) {
        if let Some(next) = self.next_of(sender, lane) {
            self.hide_nonce(sender, lane, next);
        }
        if let Some(queue) = self.senders.get_mut(sender).and_then(|one| one.find_mut(lane)) {
            queue.next = nonce;
        }
    }

    /// The lane's next is the first from `nonce` on that is not on its way.
    fn go_on(&mut self, sender: u32, lane: u32, nonce: u64) {
        let Some(queue) = self.senders.get_mut(sender).and_then(|one| one.find_mut(lane)) else {
            return;
        };
        queue.next = nonce;
        let from = queue.position(nonce).unwrap_or_else(|at| at);
        let mut head = None;
        for (nonce, at) in queue.waiting.range(from..) {
            if *nonce != queue.next {
                break;
            }
            if !self.entries.get(*at).is_some_and(|entry| entry.reserved) {
                head = Some(*at);
                break;
            }
            queue.next += 1;
        }
        if let Some(head) = head {
            self.show(head);
        }
    }

    fn hide_nonce(&mut self, sender: u32, lane: u32, nonce: u64) {
        let at = self.senders.get(sender).and_then(|sender| sender.entry(lane, nonce));
        if let Some(at) = at {
            self.hide(at);
        }
    }

    fn show(&mut self, at: u32) {
        if let Some((bucket, head)) = self.head_of(at) {
            self.ready.insert(bucket, head);
        }
    }

    /// Does nothing to one that is no head.
    fn hide(&mut self, at: u32) {
        if let Some((bucket, head)) = self.head_of(at) {
            self.ready.remove(bucket, &head);
        }
    }

    fn head_of(&self, at: u32) -> Option<(u8, Head)> {
        let entry = self.entries.get(at)?;
        Some((self.senders.get(entry.sender)?.slot, self.ready.head(at, entry)?))
    }
}
