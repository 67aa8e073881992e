//! Points and their encodings, against curve25519-dalek.

use crate::ed25519::fma::constants::{BASE, D, D2, ONE, SQRT_MINUS_ONE};
use crate::ed25519::fma::decompress::{decompress, decompress_one, recall};
use crate::ed25519::fma::field::Tight;
use crate::ed25519::fma::point::{Addend, Point};
use curve25519_dalek::constants::{ED25519_BASEPOINT_COMPRESSED, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;

fn addend(point: &EdwardsPoint) -> Addend {
    decompress_one(&point.compress().0).expect("the library made the encoding")
}

fn is(point: &Point, expected: &EdwardsPoint) -> bool {
    point.minus(&addend(expected)).is_identity()
}

/// Small-order points, multiples of the base, and sums of both.
fn points() -> Vec<EdwardsPoint> {
    let bases = [0u64, 1, 2, 3, 1 << 40, u64::MAX].map(|n| EdwardsPoint::mul_base(&n.into()));
    bases.iter().flat_map(|base| EIGHT_TORSION.map(|torsion| base + torsion)).collect()
}

#[test]
fn constants_satisfy_their_equations() {
    let [d, d2, root, one] = [D, D2, SQRT_MINUS_ONE, ONE].map(|limbs| Tight::splat(&limbs));
    assert_eq!(root.square().add(&one).canonical(), [[0; 5]; 2]);
    assert_eq!(d.add(&d).canonical(), d2.canonical());
    let [numerator, denominator] = [121_665, 121_666].map(|n| Tight::splat(&[n, 0, 0, 0, 0]));
    assert_eq!(d.mul(&denominator).add(&numerator).canonical(), [[0; 5]; 2]);
    assert_eq!(BASE, ED25519_BASEPOINT_COMPRESSED.0);
}

#[test]
fn sums_and_differences_are_the_librarys_for_every_pair() {
    let points = points();
    for one in &points {
        let point = Point::identity().plus(&addend(one));
        assert!(is(&point, one));
        assert!(is(&point.doubled(), &(one + one)));
        for other in &points {
            assert!(is(&point.plus(&addend(other)), &(one + other)));
            assert!(is(&point.minus(&addend(other)), &(one - other)));
            assert_eq!(point.minus(&addend(other)).is_identity(), one == other);
        }
    }
}

#[test]
fn long_chains_of_sums_stay_right() {
    let (base, mut expected) =
        (EdwardsPoint::mul_base(&Scalar::from(77u8)), EdwardsPoint::default());
    let (step, mut point) = (addend(&base), Point::identity());
    for _ in 0..2_000 {
        point = point.doubled().plus(&step);
        expected = expected + expected + base;
    }
    assert!(is(&point, &expected));
}

#[test]
fn encodings_have_points_exactly_where_the_library_says() {
    let mut encodings: Vec<[u8; 32]> = points().iter().map(|point| point.compress().0).collect();
    // y from p on, and the neighbours of 0 and p, with either sign.
    for low in 0..=255u8 {
        for (filling, high) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff)] {
            let mut bytes = [filling; 32];
            (bytes[0], bytes[31]) = (low, high);
            encodings.push(bytes);
        }
    }
    encodings.extend((0..4_000u32).map(|n| *blake3::hash(&n.to_le_bytes()).as_bytes()));
    let mut refused = 0;
    let base = decompress_one(&BASE).unwrap();
    for four in encodings.windows(4).step_by(2) {
        let [a, b, c, d] = core::array::from_fn(|at| &four[at]);
        let found = decompress([[a, b], [c, d]]);
        for (bytes, found) in four.iter().zip(found.into_iter().flatten()) {
            let expected = CompressedEdwardsY(*bytes).decompress();
            assert_eq!(found.is_some(), expected.is_some(), "{}", hex::encode(bytes));
            refused += usize::from(found.is_none());
            if let (Some(found), Some(expected)) = (found, expected) {
                let remembered = recall([&(*bytes, found.hint()), &(BASE, base.hint())]);
                for found in [&found, &remembered[0]] {
                    let difference = Point::identity().plus(found).minus(&addend(&expected));
                    assert!(difference.is_identity(), "{}", hex::encode(bytes));
                }
                assert!(Point::identity().plus(&remembered[1]).minus(&base).is_identity());
            }
        }
    }
    assert!(refused > 1_000);
}

#[test]
fn what_no_sum_leaves_behind_is_not_the_neutral_element() {
    assert!(Point::identity().is_identity());
    assert!(!Point::of_zeros().is_identity());
}
