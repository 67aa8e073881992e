//! Who may put whose transactions into batches.
//!
//! A bucket is the slot of a sender. For a few heights, an epoch, each bucket
//! has two authors; then others. So a transaction is normally paid for by one
//! copy, and nobody can keep one out for longer than an epoch.
//!
//! The authors follow from genesis hash, validator set, epoch and bucket alone,
//! so that a node which has just joined and a replay know them without history.
//! The first is drawn among all members by their power, the second among the
//! others: 128 bits of a hash modulo a sum below 2^60, which favours nobody by
//! more than 2^-68.
#![forbid(unsafe_code)]

use crate::address::Address;
use crate::batch::{BatchView, Payload};
use crate::error::{CoreError, CoreResult};
use crate::hash::{hash, Domain, Hash};
use crate::proto::ErrorCode;
use crate::state::SLOTS;
use crate::validators::Validators;

/// Heights of an epoch.
pub const EPOCH_BLOCKS: u64 = 32;
/// Heights for which a batch may be named by a block, counted from the one that
/// its author was at.
pub const BATCH_VALID_BLOCKS: u64 = 20;

/// The epoch of a height.
pub fn epoch_at(height: u64) -> u64 {
    height / EPOCH_BLOCKS
}

/// The epoch that an author was in when it made a batch of that validity. What
/// ends before any could have been made counts as made before the first block.
pub fn epoch_of(valid_until: u64) -> u64 {
    epoch_at(valid_until.saturating_sub(BATCH_VALID_BLOCKS))
}

/// Draws the authors of buckets.
#[derive(Clone, Debug)]
pub struct Buckets {
    genesis_hash: Hash,
    /// Ascending.
    addresses: Vec<Address>,
    /// For each the sum of powers up to and with it: strictly ascending, below 2^60.
    sums: Vec<u64>,
}

impl Buckets {
    /// For the members of a set.
    pub fn new(genesis_hash: &Hash, validators: &Validators) -> Self {
        let mut sum = 0u64;
        let (addresses, sums) = validators
            .members()
            .map(|(address, member)| {
                // At most the set's total, below 2^60.
                sum += member.power;
                (*address, sum)
            })
            .unzip();
        Self { genesis_hash: *genesis_hash, addresses, sums }
    }

    /// First and second author, as indexes among the addresses in ascending
    /// order; twice the same where there is only one validator.
    pub fn authors(&self, epoch: u64, bucket: u8) -> (usize, usize) {
        let drawn = hash(Domain::Bucket, &[&self.genesis_hash, &epoch.to_le_bytes(), &[bucket]]);
        let (halves, _) = drawn.as_chunks::<16>();
        let [first, second] = [0, 1].map(|at| u128::from_le_bytes(halves[at]));
        let total = self.sums.last().copied().unwrap_or(0);
        let one = self.at(below(first, total));
        let start = if one == 0 { 0 } else { self.sums[one - 1] };
        let power = self.sums[one] - start;
        if power == total {
            return (one, one);
        }
        // A place among the others: those behind the first move up by its power.
        let place = below(second, total - power);
        (one, self.at(if place < start { place } else { place + power }))
    }

    /// Whether the address is one of the bucket's authors.
    pub fn is_author(&self, address: &Address, epoch: u64, bucket: u8) -> bool {
        let (first, second) = self.authors(epoch, bucket);
        self.addresses[first] == *address || self.addresses[second] == *address
    }

    /// For each of the 256 buckets the first author, then for each the second:
    /// indexes (`u16`) among the addresses in ascending order.
    pub fn table(&self, epoch: u64) -> Vec<u8> {
        let authors: Vec<_> = (0..=255).map(|bucket| self.authors(epoch, bucket)).collect();
        let firsts = authors.iter().map(|(first, _)| *first);
        let seconds = authors.iter().map(|(_, second)| *second);
        // At most 1024 members.
        firsts.chain(seconds).flat_map(|at| (at as u16).to_le_bytes()).collect()
    }

    /// Whether all of a batch is in buckets of its author. Errors:
    /// `BATCH_MALFORMED`, `BATCH_FOREIGN_BUCKET`.
    pub fn check(&self, batch: &BatchView<'_>) -> CoreResult<()> {
        let epoch = epoch_of(batch.header.valid_until);
        for section in Payload::parse(batch.payload)?.sections() {
            if !self.is_author(&batch.author, epoch, section.slot) {
                let why = format!("bucket {} is not the author's in epoch {epoch}", section.slot);
                return Err(CoreError::with(ErrorCode::BatchForeignBucket, why));
            }
        }
        Ok(())
    }

    /// Whose part of the powers that place is; `place` is below their sum.
    fn at(&self, place: u64) -> usize {
        self.sums.partition_point(|sum| *sum <= place)
    }
}

/// A number below `bound`, which is at least 1.
fn below(drawn: u128, bound: u64) -> u64 {
    (drawn % u128::from(bound)) as u64
}

/// A set of buckets: bit `b % 8` of byte `b / 8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketSet(pub [u8; SLOTS / 8]);

impl BucketSet {
    /// All 256.
    pub const ALL: BucketSet = BucketSet([0xff; SLOTS / 8]);
    /// None.
    pub const NONE: BucketSet = BucketSet([0; SLOTS / 8]);

    /// Whether the bucket is in it.
    pub fn has(&self, bucket: u8) -> bool {
        self.0[usize::from(bucket / 8)] >> (bucket % 8) & 1 == 1
    }

    /// Those in it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255).filter(|bucket| self.has(*bucket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ed25519::public_key_of;
    use crate::proto::{Validator, ValidatorSet};
    use proptest::prelude::*;

    fn buckets(powers: &[u64]) -> Buckets {
        let mut validators: Vec<_> = (1..)
            .zip(powers)
            .map(|(seed, power)| {
                let key = public_key_of(&[seed; 32]).to_vec();
                Validator { address: key.clone(), public_key: key, power: *power }
            })
            .collect();
        validators.sort_by(|a, b| b.power.cmp(&a.power).then(a.address.cmp(&b.address)));
        Buckets::new(&[7; 32], &Validators::new(&ValidatorSet { validators }).unwrap())
    }

    /// How often each is first and second author, by its power.
    fn counts(buckets: &Buckets, epochs: u64) -> Vec<(u64, u64, u64)> {
        let mut counts: Vec<_> = (0..buckets.sums.len())
            .map(|at| (buckets.sums[at] - if at == 0 { 0 } else { buckets.sums[at - 1] }, 0, 0))
            .collect();
        for epoch in 0..epochs {
            for bucket in 0..=255 {
                let (first, second) = buckets.authors(epoch, bucket);
                assert_ne!(first, second);
                counts[first].1 += 1;
                counts[second].2 += 1;
            }
        }
        counts.sort_unstable();
        counts
    }

    #[test]
    fn buckets_are_in_proportion_to_power() {
        let counts = counts(&buckets(&[40, 30, 20, 10]), 400);
        let draws = 400 * 256;
        for (power, first, second) in counts {
            let expected = draws * power / 100;
            assert!(first.abs_diff(expected) < draws / 100, "{first} of {expected}");
            // The second is drawn by power, too, among those that are left.
            let others = [40, 30, 20, 10].into_iter().filter(|one| *one != power);
            let expected: u64 = others.map(|one| draws * one / 100 * power / (100 - one)).sum();
            assert!(second.abs_diff(expected) < draws / 100, "{second} of {expected}");
        }
    }

    #[test]
    fn a_lone_validator_has_all() {
        let one = buckets(&[5]);
        for bucket in 0..=255 {
            assert_eq!(one.authors(9, bucket), (0, 0));
        }
        assert_eq!(one.table(3), [0; 1024]);
    }

    #[test]
    fn who_has_nearly_all_power_still_has_a_second() {
        let counts = counts(&buckets(&[(1 << 60) - 2, 1]), 2);
        assert_eq!(counts, [(1, 0, 512), ((1 << 60) - 2, 512, 0)]);
    }

    #[test]
    fn epochs_follow_from_heights_and_validity() {
        assert_eq!([0, 31, 32, 63, 64].map(epoch_at), [0, 0, 1, 1, 2]);
        for height in 1..100 {
            assert_eq!(epoch_of(height + BATCH_VALID_BLOCKS), epoch_at(height));
        }
        assert_eq!([epoch_of(0), epoch_of(1)], [0, 0]);
        epoch_of(u64::MAX);
    }

    /// A change of these is a change of the protocol.
    #[test]
    fn the_draw_is_fixed() {
        let buckets = buckets(&[40, 30, 20, 10]);
        let authors = [(0, 0), (0, 1), (1, 0), (77, 255), (u64::MAX, 128)]
            .map(|(epoch, bucket)| buckets.authors(epoch, bucket));
        assert_eq!(authors, [(0, 1), (1, 2), (2, 3), (1, 3), (1, 0)]);
        let table = hash(Domain::ListLeaf, &[&buckets.table(5)]);
        assert_eq!(table[..8], [99, 182, 131, 209, 128, 34, 158, 2]);
    }

    proptest! {
        #[test]
        fn two_members_are_drawn_whatever_the_powers(
            powers in prop::collection::vec(1u64..1 << 57, 2..6), epoch: u64, bucket: u8
        ) {
            let buckets = buckets(&powers);
            let (first, second) = buckets.authors(epoch, bucket);
            prop_assert!(first != second && first.max(second) < powers.len());
            prop_assert!(buckets.is_author(&buckets.addresses[second], epoch, bucket));
            let table = buckets.table(epoch);
            let at = |place: usize| usize::from(u16::from_le_bytes([table[place], table[place + 1]]));
            let place = 2 * usize::from(bucket);
            prop_assert_eq!((at(place), at(512 + place)), (first, second));
        }
    }
}
