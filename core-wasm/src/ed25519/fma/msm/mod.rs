//! Sums of multiples of points, in variable time.

mod pippenger;
mod straus;

use super::point::{Addend, Point};
use curve25519_dalek::scalar::Scalar;

/// Bits of a scalar below the group order.
const LONG_BITS: usize = 253;
/// Bits of the coefficients of a batch.
const SHORT_BITS: usize = 128;
/// Multiplications (of pairs) in an addition, and with making the addend.
const ADD: usize = 4;
const ADD_POINT: usize = ADD + 1;

/// Points and their coefficients.
pub struct Terms<'a> {
    /// Of 128 bits.
    pub short: &'a [u128],
    /// As many.
    pub short_points: &'a [Addend],
    /// Below the group order.
    pub long: &'a [Scalar],
    /// As many.
    pub long_points: &'a [Addend],
}

impl Terms<'_> {
    /// The sum, by the method that needs fewer multiplications: one table per
    /// point for few of them, buckets for many.
    pub fn sum(&self) -> Point {
        if straus::cost(self) < pippenger::cost(self) {
            straus::sum(self)
        } else {
            pippenger::sum(self)
        }
    }

    fn short_bytes(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        self.short.iter().map(|coefficient| {
            let mut bytes = [0; 32];
            bytes[..16].copy_from_slice(&coefficient.to_le_bytes());
            bytes
        })
    }

    fn long_bytes(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        self.long.iter().map(Scalar::to_bytes)
    }
}

/// 32 bits from `bit` on, 25 of them right wherever it stands.
fn bits_at(bytes: &[u8; 32], bit: usize) -> u32 {
    let rest = &bytes[(bit / 8).min(32)..];
    let word = rest.first_chunk().copied().unwrap_or_else(|| {
        let mut word = [0; 4];
        word[..rest.len()].copy_from_slice(rest);
        word
    });
    u32::from_le_bytes(word) >> (bit % 8)
}

#[cfg(test)]
mod tests {
    use super::super::decompress::decompress_one;
    use super::*;
    use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::traits::VartimeMultiscalarMul;

    /// Coefficients at their extremes, and some between.
    fn scalars(count: usize) -> (Vec<u128>, Vec<Scalar>) {
        let hash = |n: usize| *blake3::hash(&n.to_le_bytes()).as_bytes();
        let mut short = vec![0, 1, 15, 16, 17, u128::MAX, u128::MAX - 1, 1 << 127, u128::MAX / 3];
        let mut long: Vec<Scalar> = short.iter().copied().map(Scalar::from).collect();
        long.extend([-Scalar::ONE, -Scalar::from(2u8), -Scalar::from(u128::MAX)]);
        short.extend((0..count).map(|n| u128::from_le_bytes(hash(n)[..16].try_into().unwrap())));
        long.extend((0..count).map(|n| Scalar::from_bytes_mod_order(hash(n + count))));
        (short, long)
    }

    #[test]
    fn both_methods_sum_as_the_library_does() {
        for count in [0, 1, 30, 300] {
            let (short, long) = scalars(count);
            let points: Vec<EdwardsPoint> = (0..short.len() + long.len())
                .map(|n| ED25519_BASEPOINT_POINT * Scalar::from(n as u64))
                .collect();
            let addends: Vec<Addend> =
                points.iter().map(|point| decompress_one(&point.compress().0).unwrap()).collect();
            let (short_points, long_points) = addends.split_at(short.len());
            let coefficients = short.iter().copied().map(Scalar::from).chain(long.iter().copied());
            let expected = EdwardsPoint::vartime_multiscalar_mul(coefficients, &points);
            let expected = decompress_one(&expected.compress().0).unwrap();
            let terms = Terms { short: &short, short_points, long: &long, long_points };
            for sum in [straus::sum(&terms), pippenger::sum(&terms), terms.sum()] {
                assert!(sum.minus(&expected).is_identity(), "{count}");
            }
        }
    }

    #[test]
    fn no_terms_sum_to_the_neutral_element() {
        let none = Terms { short: &[], short_points: &[], long: &[], long_points: &[] };
        assert!(straus::sum(&none).is_identity());
        assert!(pippenger::sum(&none).is_identity());
    }
}
