//! What may leave next: the first of each lane that is not on its way already.
//!
//! Every lane knows the nonce that must leave next: that of its account, or the
//! one behind those on their way that join it without a gap. The waiting entry
//! with that nonce is the lane's head. All of this is kept as things change, so
//! that a batch costs what it takes, however many wait.

use super::queue::LaneQueue;
use super::{Entry, Mempool};
use crate::ledger::Terms;

impl Mempool {
    /// A new entry may be its lane's head.
    pub(super) fn arrive(&mut self, at: u32) {
        let Some(Entry { sender, terms, .. }) = self.entries.get(at) else { return };
        let (sender, Terms { lane, nonce, .. }) = (*sender, *terms);
        if self.next_of(sender, lane) == Some(nonce) {
            self.show(at);
        }
        self.rest(at);
        self.note(sender, lane);
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
        self.note(sender, lane);
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

    /// A lane is not what it was.
    pub(super) fn note(&mut self, sender: u32, lane: u32) {
        self.rank(sender, lane);
        self.count(sender, lane);
    }

    pub(super) fn lane(&self, sender: u32, lane: u32) -> Option<&LaneQueue> {
        self.senders.get(sender)?.lanes.get(lane)
    }

    fn lane_mut(&mut self, sender: u32, lane: u32) -> Option<&mut LaneQueue> {
        self.senders.get_mut(sender)?.lanes.get_mut(lane)
    }

    fn next_of(&self, sender: u32, lane: u32) -> Option<u64> {
        Some(self.lane(sender, lane)?.next)
    }

    fn step_back(&mut self, sender: u32, lane: u32, nonce: u64) {
        if let Some(next) = self.next_of(sender, lane) {
            self.hide_nonce(sender, lane, next);
        }
        if let Some(queue) = self.lane_mut(sender, lane) {
            queue.next = nonce;
        }
    }

    /// The lane's next is the first from `nonce` on that is not on its way.
    fn go_on(&mut self, sender: u32, lane: u32, nonce: u64) {
        let one = self.senders.get_mut(sender).and_then(|one| one.lanes.get_mut(lane));
        let Some(queue) = one else { return };
        queue.next = nonce;
        let from = queue.waiting.place(nonce).unwrap_or_else(|place| place);
        let mut head = None;
        for (nonce, at) in queue.waiting.iter_from(from) {
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
        self.note(sender, lane);
    }

    fn hide_nonce(&mut self, sender: u32, lane: u32, nonce: u64) {
        let at = self.senders.get(sender).and_then(|sender| sender.entry(lane, nonce));
        if let Some(at) = at {
            self.hide(at);
        }
    }
}
