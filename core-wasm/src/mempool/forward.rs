//! What others are to put into batches: transactions of buckets that this node
//! does not author, on their way to whoever does.

use super::{Entry, Mempool};
use crate::buckets::{epoch_at, BucketSet, EPOCH_BLOCKS};
use crate::hash::Hash;
use crate::state::SLOTS;
use std::collections::BTreeSet;

/// Heights after which a transaction that is still here is forwarded again.
pub const FORWARD_AGAIN_BLOCKS: u64 = 4;

/// What waits and is not on its way, by bucket: the height at which it was
/// forwarded (0: never), its number, its entry.
#[derive(Clone, Debug)]
pub(super) struct Resting {
    buckets: Vec<BTreeSet<(u64, u64, u32)>>,
    /// The last height that executed something of what waited in a bucket.
    progress: [u64; SLOTS],
    /// Buckets of which the block under way executes something.
    moving: [bool; SLOTS],
    /// Where the next chunk begins, so that none waits for ever behind a full one.
    from: u8,
}

impl Default for Resting {
    fn default() -> Self {
        Self {
            buckets: vec![BTreeSet::new(); SLOTS],
            progress: [0; SLOTS],
            moving: [false; SLOTS],
            from: 0,
        }
    }
}

impl Resting {
    /// How many there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.buckets.iter().map(BTreeSet::len).sum()
    }

    /// Something of the bucket is executed.
    pub fn moves(&mut self, bucket: u8) {
        self.moving[usize::from(bucket)] = true;
    }

    /// The block of that height is over.
    pub fn end_block(&mut self, height: u64) {
        for (progress, moving) in self.progress.iter_mut().zip(&mut self.moving) {
            if std::mem::take(moving) {
                *progress = height;
            }
        }
    }

    /// Whether something of other buckets than these was never forwarded.
    pub fn is_fresh_outside(&self, own: &BucketSet) -> bool {
        let fresh =
            |bucket: &BTreeSet<(u64, u64, u32)>| bucket.first().is_some_and(|one| one.0 == 0);
        (0..=255).any(|bucket| !own.has(bucket) && fresh(&self.buckets[usize::from(bucket)]))
    }
}

impl Entry {
    /// Whether somebody else was given it so lately that its batch may be on its
    /// way: an own copy would be paid for twice.
    pub(super) fn is_elsewhere(&self, height: u64) -> bool {
        self.forwarded > 0 && self.forwarded.saturating_add(FORWARD_AGAIN_BLOCKS) > height
    }
}

impl Mempool {
    /// Concatenated envelopes, at most so many bytes, for a node that is the
    /// first author of some buckets and the second of others in the epoch of
    /// `height`. Each transaction goes to the first author once; to the second
    /// whenever nothing of its bucket has moved for [`FORWARD_AGAIN_BLOCKS`] since;
    /// and the same again in the next epoch. What is given counts as forwarded.
    pub fn forward(
        &mut self,
        height: u64,
        first: &BucketSet,
        second: &BucketSet,
        bytes: usize,
    ) -> Vec<u8> {
        let epoch_start = epoch_at(height) * EPOCH_BLOCKS;
        let before = height.saturating_sub(FORWARD_AGAIN_BLOCKS);
        let mut chunk = Vec::new();
        let start = self.resting.from;
        for turn in 0..=255u8 {
            let bucket = start.wrapping_add(turn);
            let has_stalled = self.resting.progress[usize::from(bucket)] <= before;
            let is_full = first.has(bucket)
                && !self.fill(
                    &mut chunk,
                    bucket,
                    (0, before.min(epoch_start.saturating_sub(1))),
                    height,
                    bytes,
                )
                || second.has(bucket)
                    && has_stalled
                    && !self.fill(&mut chunk, bucket, (epoch_start.max(1), before), height, bytes);
            if is_full {
                self.resting.from = bucket;
                break;
            }
        }
        chunk
    }

    /// It is in somebody's batch: as if forwarded to that author.
    pub fn sight(&mut self, id: &Hash, height: u64) {
        let Some(at) = self.by_id.get(id).copied() else { return };
        self.unrest(at);
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.forwarded = entry.forwarded.max(height);
        if !entry.reserved {
            self.rest(at);
        }
    }

    /// Adds what was last forwarded at these heights. Gives whether all of it had room.
    fn fill(
        &mut self,
        chunk: &mut Vec<u8>,
        bucket: u8,
        (from, to): (u64, u64),
        height: u64,
        bytes: usize,
    ) -> bool {
        if from > to {
            return true;
        }
        let bucket = usize::from(bucket);
        loop {
            let due =
                self.resting.buckets[bucket].range((from, 0, 0)..=(to, u64::MAX, u32::MAX)).next();
            let Some(place) = due.copied() else { return true };
            let Some(entry) = self.entries.get_mut(place.2) else { return true };
            if chunk.len() + entry.envelope.len() > bytes {
                return false;
            }
            chunk.extend_from_slice(&entry.envelope);
            entry.forwarded = height;
            self.resting.buckets[bucket].remove(&place);
            self.resting.buckets[bucket].insert((height, place.1, place.2));
        }
    }

    pub(super) fn rest(&mut self, at: u32) {
        if let Some((bucket, place)) = self.place_of(at) {
            self.resting.buckets[usize::from(bucket)].insert(place);
        }
    }

    pub(super) fn unrest(&mut self, at: u32) {
        if let Some((bucket, place)) = self.place_of(at) {
            self.resting.buckets[usize::from(bucket)].remove(&place);
        }
    }

    fn place_of(&self, at: u32) -> Option<(u8, (u64, u64, u32))> {
        let entry = self.entries.get(at)?;
        let bucket = self.senders.get(entry.sender)?.slot;
        Some((bucket, (entry.forwarded, entry.number, at)))
    }
}
