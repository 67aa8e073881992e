//! What others are to put into batches: transactions of buckets that this node
//! does not author, on their way to whoever does.

use super::{Entry, Mempool};
use crate::buckets::{epoch_at, BucketSet, EPOCH_BLOCKS};
use crate::hash::Hash;
use crate::state::SLOTS;
use std::collections::BTreeSet;

/// Heights after which a transaction that is still here is forwarded again.
pub const FORWARD_AGAIN_BLOCKS: u64 = 4;

/// What waits and is not on its way.
#[derive(Clone, Debug)]
pub(super) struct Resting {
    /// How many of each bucket were never forwarded.
    fresh: [u32; SLOTS],
    /// Of the buckets that are followed, each with the turn in which it was
    /// forwarded (0: never), its number, its entry.
    buckets: Vec<BTreeSet<(u64, u64, u32)>>,
    /// None where there is nobody to forward to, as with a lone validator.
    followed: BucketSet,
    /// Those that batches are made of here.
    own: BucketSet,
    /// The last turn that executed something of what waited in a bucket.
    progress: [u64; SLOTS],
    /// Buckets of which the block under way executes something.
    moving: [bool; SLOTS],
    /// Where the next chunk begins, so that none waits for ever behind a full one.
    from: u8,
    /// Whiles without a block: each counts as a height for what was forwarded.
    lulls: u64,
    /// The epoch that was forwarded in last, and the turn that it began with.
    epoch: (u64, u64),
}

impl Default for Resting {
    fn default() -> Self {
        Self {
            fresh: [0; SLOTS],
            buckets: vec![BTreeSet::new(); SLOTS],
            followed: BucketSet::NONE,
            own: BucketSet::NONE,
            progress: [0; SLOTS],
            moving: [false; SLOTS],
            from: 0,
            lulls: 0,
            epoch: (0, 0),
        }
    }
}

impl Resting {
    pub fn set_own(&mut self, own: &BucketSet) {
        self.own = *own;
    }

    /// Something of the bucket is executed.
    pub fn moves(&mut self, bucket: u8) {
        self.moving[usize::from(bucket)] = true;
    }

    /// The block of that height is over.
    pub fn end_block(&mut self, height: u64) {
        let turn = self.turn(height);
        for (progress, moving) in self.progress.iter_mut().zip(&mut self.moving) {
            if std::mem::take(moving) {
                *progress = turn;
            }
        }
    }

    fn insert(&mut self, bucket: u8, entry: &Entry, at: u32) {
        self.fresh[usize::from(bucket)] += u32::from(entry.forwarded == 0);
        if self.followed.has(bucket) {
            self.buckets[usize::from(bucket)].insert((entry.forwarded, entry.number, at));
        }
    }

    fn remove(&mut self, bucket: u8, entry: &Entry, at: u32) {
        self.fresh[usize::from(bucket)] -= u32::from(entry.forwarded == 0);
        if self.followed.has(bucket) {
            self.buckets[usize::from(bucket)].remove(&(entry.forwarded, entry.number, at));
        }
    }

    /// What time goes by here: heights, and lulls between them.
    pub(super) fn turn(&self, height: u64) -> u64 {
        // 0 means never.
        height.max(1).saturating_add(self.lulls)
    }

    /// The turn that the epoch of a height began with.
    fn epoch_start(&mut self, height: u64) -> u64 {
        let epoch = epoch_at(height);
        if self.epoch.0 != epoch {
            self.epoch = (epoch, (epoch * EPOCH_BLOCKS).saturating_add(self.lulls));
        }
        self.epoch.1.max(1)
    }

    #[cfg(test)]
    pub fn followed(&self) -> (BucketSet, usize) {
        (self.followed, self.buckets.iter().map(BTreeSet::len).sum())
    }

    #[cfg(test)]
    pub fn fresh(&self) -> usize {
        self.fresh.iter().map(|count| *count as usize).sum()
    }
}

impl Entry {
    /// Whether somebody else was given it so lately that its batch may be on its
    /// way: an own copy would be paid for twice.
    pub(super) fn is_elsewhere(&self, turn: u64) -> bool {
        self.forwarded > 0 && self.forwarded.saturating_add(FORWARD_AGAIN_BLOCKS) > turn
    }
}

impl Mempool {
    /// Concatenated envelopes, at most so many bytes, for a node that is the
    /// first author of some buckets and the second of others in the epoch of
    /// `height`. Each transaction goes to the first author once; to the second
    /// whenever nothing of its bucket has moved for [`FORWARD_AGAIN_BLOCKS`] or as
    /// many lulls since; and the same again in the next epoch. What is given counts as forwarded.
    pub fn forward(
        &mut self,
        height: u64,
        first: &BucketSet,
        second: &BucketSet,
        bytes: usize,
    ) -> Vec<u8> {
        self.follow(first, second);
        let epoch_start = self.resting.epoch_start(height);
        let turn = self.resting.turn(height);
        let before = turn.saturating_sub(FORWARD_AGAIN_BLOCKS);
        let mut chunk = Vec::new();
        let start = self.resting.from;
        for step in 0..=255u8 {
            let bucket = start.wrapping_add(step);
            let has_stalled = self.resting.progress[usize::from(bucket)] <= before;
            let is_full = first.has(bucket)
                && !self.fill(&mut chunk, bucket, (0, before.min(epoch_start - 1)), turn, bytes)
                || second.has(bucket)
                    && has_stalled
                    && !self.fill(&mut chunk, bucket, (epoch_start, before), turn, bytes);
            if is_full {
                self.resting.from = bucket;
                break;
            }
        }
        chunk
    }

    /// A while has passed without a block.
    pub fn lull(&mut self) {
        self.resting.lulls = self.resting.lulls.saturating_add(1);
    }

    /// It is in somebody's batch: as if forwarded to that author.
    pub fn sight(&mut self, id: &Hash, height: u64) {
        let Some(at) = self.find(id) else { return };
        let turn = self.resting.turn(height);
        self.unrest(at);
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.forwarded = entry.forwarded.max(turn);
        self.rest(at);
    }

    /// Whether something of other buckets than these was never forwarded.
    pub fn is_fresh_outside(&self, own: &BucketSet) -> bool {
        (0..=255).any(|bucket| self.resting.fresh[usize::from(bucket)] > 0 && !own.has(bucket))
    }

    /// From here on it is known in which order these and all that are not own
    /// go. They change with the epoch: then everybody is looked at.
    fn follow(&mut self, first: &BucketSet, second: &BucketSet) {
        let Resting { own, followed, .. } = self.resting;
        let mut wanted = BucketSet::NONE;
        for (at, byte) in wanted.0.iter_mut().enumerate() {
            *byte = !own.0[at] | first.0[at] | second.0[at];
        }
        if wanted == followed {
            return;
        }
        self.resting.followed = wanted;
        for bucket in followed.iter().filter(|bucket| !wanted.has(*bucket)) {
            self.resting.buckets[usize::from(bucket)].clear();
        }
        for (at, entry) in self.entries.iter().filter(|(_, entry)| !entry.reserved) {
            let Some(sender) = self.senders.get(entry.sender) else { continue };
            if wanted.has(sender.slot) && !followed.has(sender.slot) {
                let place = (entry.forwarded, entry.number, at);
                self.resting.buckets[usize::from(sender.slot)].insert(place);
            }
        }
    }

    /// Adds what was last forwarded in these turns. Gives whether all of it had room.
    fn fill(
        &mut self,
        chunk: &mut Vec<u8>,
        bucket: u8,
        (from, to): (u64, u64),
        turn: u64,
        bytes: usize,
    ) -> bool {
        if from > to {
            return true;
        }
        loop {
            let waiting = &self.resting.buckets[usize::from(bucket)];
            let due = waiting.range((from, 0, 0)..=(to, u64::MAX, u32::MAX)).next();
            let Some((_, _, at)) = due.copied() else { return true };
            let Some(entry) = self.entries.get_mut(at) else { return true };
            if chunk.len() + entry.envelope.len() > bytes {
                return false;
            }
            self.envelopes.copy(entry.envelope, chunk);
            self.resting.remove(bucket, entry, at);
            entry.forwarded = turn;
            self.resting.insert(bucket, entry, at);
        }
    }

    /// One that is not on its way, or is not any more.
    pub(super) fn rest(&mut self, at: u32) {
        let Some(entry) = self.entries.get(at).filter(|entry| !entry.reserved) else { return };
        if let Some(sender) = self.senders.get(entry.sender) {
            self.resting.insert(sender.slot, entry, at);
        }
    }

    /// One that goes on its way, or away.
    pub(super) fn unrest(&mut self, at: u32) {
        let Some(entry) = self.entries.get(at).filter(|entry| !entry.reserved) else { return };
        if let Some(sender) = self.senders.get(entry.sender) {
            self.resting.remove(sender.slot, entry, at);
        }
    }
}
