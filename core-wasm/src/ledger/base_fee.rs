//! What a unit of gas costs at least, from block to block: the rule of EIP-1559.
//!
//! Blocks are to be half full. The header of height h carries the gas used at
//! h - 2, the latest result that its proposer has (`EXECUTION_LAG`); by that the
//! base fee of h - 1 goes up or down, by at most an eighth.
//!
//! Acting upon what was two blocks ago is still stable. Let the gas used answer
//! to the logarithm x of the base fee, around where blocks are half full, with
//! elasticity e: x(h) = x(h - 1) - (e / 8) x(h - 2). Both roots of
//! z^2 - z + e / 8 lie within the unit circle for e < 8, and they are real, so
//! that nothing swings, up to e = 2. A lag of one block would allow e < 16.

use crate::proto::Parameters;

/// A full or empty block moves the base fee by one part in so many.
const CHANGE: u128 = 8;

/// The base fee that follows `parent`, where the header that has it carries
/// `gas_used`. That of the genesis, parent of height 1, is `base_fee_min`.
///
/// The change is at most an eighth, but at least 1 where blocks are not exactly
/// half full, so that it never gets stuck. Nothing overflows: the product is
/// below 2^64 * 2^64, and the sum stays at 2^64 - 1.
pub fn base_fee_after(parameters: &Parameters, parent: u64, gas_used: u64) -> u64 {
    let target = (parameters.block_gas_max / 2).max(1);
    // No more than a block can have, and not more than twice the target where
    // that has been rounded: the distance is at most the target.
    let distance = gas_used.abs_diff(target).min(target);
    if distance == 0 {
        return parent.max(parameters.base_fee_min);
    }
    let change = u128::from(parent) * u128::from(distance) / u128::from(target) / CHANGE;
    // At most parent / 8.
    let change = (change as u64).max(1);
    let next = if gas_used > target {
        parent.saturating_add(change)
    } else {
        parent.saturating_sub(change)
    };
    next.max(parameters.base_fee_min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genesis::tests::parameters as defaults;
    use proptest::prelude::*;

    fn parameters(base_fee_min: u64, block_gas_max: u64) -> Parameters {
        Parameters { base_fee_min, block_gas_max, ..defaults() }
    }

    #[test]
    fn full_blocks_raise_it_by_an_eighth_and_empty_ones_lower_it() {
        let parameters = parameters(10, 1_000);
        let after = |parent, gas_used| base_fee_after(&parameters, parent, gas_used);
        assert_eq!(after(800, 1_000), 900);
        assert_eq!(after(800, 750), 850);
        assert_eq!(after(800, 500), 800);
        assert_eq!(after(800, 250), 750);
        assert_eq!(after(800, 0), 700);
        assert_eq!(after(10, 0), 10);
        assert_eq!(after(11, 499), 10);
        assert_eq!(after(10, 501), 11);
        assert_eq!(after(u64::MAX, 1_000), u64::MAX);
        // A height more full than can be is as full as can be.
        assert_eq!(after(800, u64::MAX), 900);
    }

    #[test]
    fn it_finds_its_way_up_and_back_to_the_minimum() {
        let parameters = parameters(1, 1_000_000);
        let mut fees = vec![1];
        for gas_used in [1_000_000; 100].into_iter().chain([0; 200]) {
            fees.push(base_fee_after(&parameters, fees[fees.len() - 1], gas_used));
        }
        assert!(fees[100] > 10_000 && fees[300] == 1);
    }

    /// With two blocks of lag, for a demand that falls with the price.
    #[test]
    fn it_settles_where_blocks_are_half_full() {
        let parameters = parameters(1, 2_000_000);
        let (mut fees, mut used) = (vec![100u64], vec![0, 0]);
        for height in 0..400 {
            fees.push(base_fee_after(&parameters, fees[height], used[height]));
            // At 10,000 it is the target.
            used.push((10_000_000_000 / fees[height + 1]).min(2_000_000));
        }
        assert!(fees[200..].iter().all(|fee| (9_900..10_100).contains(fee)), "{:?}", &fees[380..]);
    }

    proptest! {
        #[test]
        fn it_is_bounded_and_monotone(
            min in 1u64..=1 << 32, block_gas_max in 1u64..=1 << 60,
            parent in prop_oneof![1u64..1_000, any::<u64>(), u64::MAX - 9..=u64::MAX],
            gas_used in prop_oneof![0u64..=1 << 60, any::<u64>()], more: u64
        ) {
            let parameters = parameters(min, block_gas_max);
            let parent = parent.max(min);
            let next = base_fee_after(&parameters, parent, gas_used);
            prop_assert!(next >= min);
            prop_assert!(next.abs_diff(parent) <= (parent / 8).max(1));
            prop_assert!(base_fee_after(&parameters, parent, gas_used.saturating_add(more)) >= next);
            prop_assert!(base_fee_after(&parameters, parent.saturating_add(more), gas_used) >= next);
            let target = (block_gas_max / 2).max(1);
            prop_assert!(gas_used < target || next >= parent);
            prop_assert!(gas_used > target || next <= parent);
        }
    }
}
