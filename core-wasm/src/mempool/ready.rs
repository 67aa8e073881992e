//! The heads of lanes that pay the base fee, bucket by bucket, the best first.

use super::slab::Slab;
use super::{Entry, Mempool};
use crate::buckets::BucketSet;
use crate::state::SLOTS;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The head of a lane. What it pays above the base fee comes first, then who
/// was earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    tip: u64,
    number: Reverse<u64>,
    pub entry: u32,
}

/// Lists of entries that were ready when they came into them, each once. What
/// is not ready any more is passed over when its turn comes, or before there
/// are more of these than of the others.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub base_fee: u64,
    /// Up to this base fee all that may leave pays its whole tip.
    full_tips_up_to: u64,
    buckets: Vec<Bucket>,
}

#[derive(Clone, Debug, Default)]
struct Bucket {
    heads: BinaryHeap<Head>,
    /// Of them.
    ready: usize,
}

impl Default for Ready {
    fn default() -> Self {
        let buckets = vec![Bucket::default(); SLOTS];
        Self { base_fee: 0, full_tips_up_to: u64::MAX, buckets }
    }
}

/// Stale heads that a bucket may have in any case.
const STALE_MIN: usize = 64;

impl Bucket {
    fn drop_stale(&mut self, entries: &mut Slab<Entry>) {
        self.heads.retain(|head| {
            let Some(entry) = head.listed(entries) else { return false };
            entry.is_listed = entry.is_ready;
            entry.is_ready
        });
    }
}

impl Head {
    /// The entry, if it is still that one.
    fn listed<'a>(&self, entries: &'a mut Slab<Entry>) -> Option<&'a mut Entry> {
        entries.get_mut(self.entry).filter(|entry| entry.number == self.number.0)
    }
}

impl Mempool {
    /// Orders by the prices at another base fee.
    pub fn set_base_fee(&mut self, base_fee: u64) {
        let before = std::mem::replace(&mut self.ready.base_fee, base_fee);
        // As long as nobody's max_fee cuts into a tip, the order stays.
        if before.max(base_fee) <= self.ready.full_tips_up_to {
            return;
        }
        self.ready = Ready { base_fee, ..Ready::default() };
        self.worst.forget();
        let senders = self.senders.iter();
        let lanes: Vec<_> = senders
            .flat_map(|(at, sender)| {
                let lanes = sender.lanes.iter();
                lanes.map(move |(lane, one)| (at, *lane, one.waiting.get(one.next).copied()))
            })
            .collect();
        for entry in self.entries.iter_mut() {
            (entry.is_ready, entry.is_listed) = (false, false);
        }
        for (sender, lane, head) in lanes {
            if let Some(head) = head {
                self.show(head);
            }
            self.count(sender, lane);
        }
    }

    /// Whether [`Mempool::assemble`] would find something in these buckets, or
    /// could but for what was forwarded a moment ago.
    pub fn is_ready(&self, buckets: &BucketSet) -> bool {
        buckets.iter().any(|bucket| self.ready.buckets[usize::from(bucket)].ready > 0)
    }

    /// The best of a bucket.
    pub(super) fn best(&mut self, bucket: u8) -> Option<Head> {
        let heads = &mut self.ready.buckets[usize::from(bucket)].heads;
        loop {
            let head = *heads.peek()?;
            match head.listed(&mut self.entries) {
                Some(entry) if entry.is_ready => return Some(head),
                Some(entry) => entry.is_listed = false,
                None => {}
            }
            heads.pop();
        }
    }

    /// Takes the best of a bucket off its list; it stays ready.
    pub(super) fn pop_best(&mut self, bucket: u8) {
        let head = self.ready.buckets[usize::from(bucket)].heads.pop();
        if let Some(entry) = head.and_then(|head| self.entries.get_mut(head.entry)) {
            entry.is_listed = false;
        }
    }

    /// Puts one that was taken off back on the list.
    pub(super) fn put_back(&mut self, bucket: u8, head: Head) {
        if let Some(entry) = head.listed(&mut self.entries) {
            entry.is_listed = true;
            self.ready.buckets[usize::from(bucket)].heads.push(head);
        }
    }

    /// A lane's head is ready, if it pays the base fee.
    pub(super) fn show(&mut self, at: u32) {
        let Some(entry) = self.entries.get_mut(at).filter(|one| !one.is_ready) else { return };
        let Some(sender) = self.senders.get(entry.sender) else { return };
        // A tip is at most its max_fee: see `check_body`.
        let full_up_to = entry.terms.max_fee.saturating_sub(entry.terms.tip);
        self.ready.full_tips_up_to = self.ready.full_tips_up_to.min(full_up_to);
        let Some(tip) = entry.terms.tip_at(self.ready.base_fee) else { return };
        let bucket = &mut self.ready.buckets[usize::from(sender.slot)];
        bucket.ready += 1;
        entry.is_ready = true;
        if !std::mem::replace(&mut entry.is_listed, true) {
            bucket.heads.push(Head { tip, number: Reverse(entry.number), entry: at });
        }
    }

    /// Does nothing to one that is not ready.
    pub(super) fn hide(&mut self, at: u32) {
        let Some(entry) = self.entries.get_mut(at).filter(|one| one.is_ready) else { return };
        let Some(sender) = self.senders.get(entry.sender) else { return };
        entry.is_ready = false;
        let bucket = &mut self.ready.buckets[usize::from(sender.slot)];
        bucket.ready -= 1;
        if bucket.heads.len() > 2 * bucket.ready + STALE_MIN {
            bucket.drop_stale(&mut self.entries);
        }
    }
}
