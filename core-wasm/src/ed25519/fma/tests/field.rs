//! The field at the bounds that its types state, against arithmetic on integers
//! of 512 bits that is as simple as can be.

use crate::ed25519::fma::field::{limbs, mask, square_times, Loose, Pair, Tight, LIMB_MAX};
use crate::ed25519::fma::fused::is_fused;
use crate::ed25519::fma::lanes::Words;
use proptest::prelude::*;

const MAX: i64 = LIMB_MAX as i64;
const MASK: u64 = (1 << 51) - 1;
/// `p = 2^255 - 19`.
const P: [u64; 5] = [MASK - 18, MASK, MASK, MASK, MASK];

/// An element by its limbs, modulo `p`: schoolbook, in `i128`, carried until it
/// is below `p`.
fn reduce(mut columns: [i128; 5]) -> [u64; 5] {
    for _ in 0..8 {
        #[allow(clippy::needless_range_loop)]
        for k in 0..5 {
            let carry = columns[k] >> 51;
            columns[k] -= carry << 51;
            columns[(k + 1) % 5] += carry * if k == 4 { 19 } else { 1 };
        }
    }
    let limbs = columns.map(|limb| u64::try_from(limb).unwrap());
    let is_reduced = limbs.iter().rev().lt(P.iter().rev());
    if is_reduced {
        limbs
    } else {
        core::array::from_fn(|k| limbs[k] - P[k])
    }
}

fn product(a: [i64; 5], b: [i64; 5]) -> [u64; 5] {
    // 19 * 5 * 2^52 * 2^52 lies below 2^127.
    let mut columns = [0i128; 5];
    for i in 0..5 {
        for j in 0..5 {
            let factor = if i + j >= 5 { 19 } else { 1 };
            columns[(i + j) % 5] += factor * i128::from(a[i]) * i128::from(b[j]);
        }
    }
    reduce(columns)
}

fn pair<const B: u32>(lanes: [[i64; 5]; 2]) -> Pair<B> {
    Pair::of_raw(core::array::from_fn(|k| [lanes[0][k], lanes[1][k]]))
}

fn is_tight(pair: &Tight) -> bool {
    pair.raw().iter().flatten().all(|limb| limb.abs() <= MAX)
}

/// Limbs of bound `B`: its extremes, those of a carry and of rounding, small
/// ones, and any.
fn limb(bound: i64) -> impl Strategy<Value = i64> {
    let max = bound * MAX;
    let edges = [max, 1 << 50, 1 << 51, (1 << 50) - 1, (1 << 51) - 1, (1 << 50) + 1, 19, 1, 0];
    let edges: Vec<i64> = edges.into_iter().filter(|edge| *edge <= max).collect();
    prop_oneof![
        3 => proptest::sample::select(edges).prop_flat_map(|edge| prop_oneof![Just(edge), Just(-edge)]),
        1 => -max..=max,
    ]
}

fn lanes(bound: i64) -> impl Strategy<Value = [[i64; 5]; 2]> {
    proptest::array::uniform2(proptest::array::uniform5(limb(bound)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn products_are_right_and_tight(a in lanes(1), b in lanes(2), c in lanes(3)) {
        let (one, two, three) = (pair::<1>(a), pair::<2>(b), pair::<3>(c));
        let results = [
            (one.mul(&two), [product(a[0], b[0]), product(a[1], b[1])]),
            (two.mul(&one), [product(a[0], b[0]), product(a[1], b[1])]),
            (one.mul(&three), [product(a[0], c[0]), product(a[1], c[1])]),
            (one.mul(&one), [product(a[0], a[0]), product(a[1], a[1])]),
            (one.square(), [product(a[0], a[0]), product(a[1], a[1])]),
            (one.square_times(1), [product(a[0], a[0]), product(a[1], a[1])]),
            (square_times([two.carry(), one], 1)[1], [product(a[0], a[0]), product(a[1], a[1])]),
        ];
        for (result, expected) in results {
            prop_assert!(is_tight(&result));
            prop_assert_eq!(result.canonical(), expected);
        }
    }

    #[test]
    fn carries_keep_the_element(a in lanes(2), wide in lanes(7)) {
        let element = |limbs: [i64; 5]| reduce(limbs.map(i128::from));
        let (loose, widest) = (pair::<2>(a), pair::<7>(wide));
        prop_assert!(is_tight(&loose.carry()) && is_tight(&widest.carry()));
        prop_assert_eq!(loose.carry().canonical(), a.map(element));
        prop_assert_eq!(loose.canonical(), a.map(element));
        prop_assert_eq!(widest.carry().canonical(), wide.map(element));
    }

    #[test]
    fn sums_differences_and_moves_are_of_the_elements(a in lanes(1), b in lanes(1)) {
        let (one, other) = (pair::<1>(a), pair::<1>(b));
        let both = |f: fn(i128, i128) -> i128| {
            [0, 1].map(|lane: usize| reduce(core::array::from_fn(|k| f(a[lane][k].into(), b[lane][k].into()))))
        };
        prop_assert_eq!(one.add(&other).canonical(), both(|a, b| a + b));
        prop_assert_eq!(one.sub(&other).canonical(), both(|a, b| a - b));
        let [first, second] = one.canonical();
        prop_assert_eq!(one.swapped().canonical(), [second, first]);
        prop_assert_eq!(Tight::blend(&one, &other).canonical(), [first, other.canonical()[1]]);
        let minus = |limbs: [u64; 5]| reduce(limbs.map(|limb| -i128::from(limb)));
        prop_assert_eq!(one.negated([true, false]).canonical(), [minus(first), second]);
        prop_assert_eq!(one.negated([false, true]).canonical(), [first, minus(second)]);
        for chosen in [[false, false], [true, false], [false, true], [true, true]] {
            let masks = Words::new(mask(chosen[0]), mask(chosen[1]));
            let [first_moved, second_moved] = one.swapped_where(masks).canonical();
            prop_assert_eq!(first_moved, if chosen[0] { second } else { first });
            prop_assert_eq!(second_moved, if chosen[1] { first } else { second });
        }
        let with = |sign: i128| reduce(core::array::from_fn(|k| i128::from(a[1][k]) + sign * i128::from(a[0][k])));
        prop_assert_eq!(one.butterfly().canonical(), [with(-1), with(1)]);
    }
}

/// All limbs at their bound, in every combination of signs: the largest columns
/// that there are, and the smallest.
#[test]
fn columns_hold_products_of_the_largest_limbs() {
    let signs = |mask: u32| core::array::from_fn(|k| if mask >> k & 1 == 1 { -1 } else { 1 });
    for mask in 0..1024 {
        let (a, b): ([i64; 5], [i64; 5]) = (signs(mask & 31), signs(mask >> 5));
        let (a, b) = (a.map(|sign| sign * MAX), b.map(|sign| sign * 3 * MAX));
        let result = pair::<1>([a, a]).mul(&pair::<3>([b, b]));
        assert!(is_tight(&result));
        assert_eq!(result.canonical(), [product(a, b); 2]);
        let square = pair::<1>([a, a]).square();
        assert!(is_tight(&square));
        assert_eq!(square.canonical(), [product(a, a); 2]);
    }
}

#[test]
fn canonical_limbs_lie_below_p() {
    let cases = [
        ([0; 5], [0; 5]),
        (P.map(|limb| limb as i64), [0; 5]),
        ([MASK as i64 - 17, MASK as i64, MASK as i64, MASK as i64, MASK as i64], [1, 0, 0, 0, 0]),
        ([-1, 0, 0, 0, 0], [MASK - 19, MASK, MASK, MASK, MASK]),
        ([MASK as i64; 5], [18, 0, 0, 0, 0]),
    ];
    for (given, expected) in cases {
        assert_eq!(pair::<2>([given; 2]).canonical(), [expected; 2]);
    }
}

#[test]
fn encodings_are_read_limb_by_limb_without_the_highest_bit() {
    let mut bytes = [0xff; 32];
    assert_eq!(limbs(&bytes), [MASK; 5]);
    bytes[31] = 0x7f;
    assert_eq!(limbs(&bytes), [MASK; 5]);
    for bit in 0..255 {
        let mut bytes = [0; 32];
        bytes[bit / 8] = 1 << (bit % 8);
        let mut expected = [0; 5];
        expected[bit / 51] = 1 << (bit % 51);
        assert_eq!(limbs(&bytes), expected);
        let read: Loose = Tight::splat(&expected).add(&Tight::splat(&[0; 5]));
        assert_eq!(read.canonical(), [expected; 2]);
    }
}

#[test]
fn this_machine_multiplies_as_it_must() {
    assert!(is_fused());
}
