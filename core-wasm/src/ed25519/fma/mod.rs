//! The curve by floating-point arithmetic: radix 2^51, two elements side by
//! side, multiplied by fused multiply-add. In WebAssembly about three times as
//! fast as integers, which have no multiplication beyond 64 bits there.
//!
//! `field` proves the bounds of its limbs; `fused` says whether the host
//! multiplies as it must. What is found here is never the last word on a
//! rejection: see `super::verifier`.

mod constants;
mod decompress;
mod field;
mod fused;
mod lanes;
mod msm;
mod point;
#[cfg(test)]
mod tests;

use super::arithmetic::{Arithmetic, Terms};
use core::array::from_fn;
use curve25519_dalek::scalar::Scalar;
use decompress::{decompress, decompress_one, recall};
use field::Packed;
use point::{Addend, Point};

/// See the head of this file.
pub struct Fma {
    base: Addend,
}

impl Fma {
    /// Nothing where the host does not multiply as it must.
    pub fn new() -> Option<Self> {
        decompress_one(&constants::BASE).filter(|_| fused::is_fused()).map(|base| Self { base })
    }
}

impl Arithmetic for Fma {
    type Point = Addend;
    type Hint = Packed;
    type Sum = Point;
    const TOGETHER_MIN: usize = 2;

    fn decompress(&self, encodings: &[[u8; 32]]) -> Vec<Option<Addend>> {
        let mut points = Vec::with_capacity(encodings.len() + 3);
        for four in encodings.chunks(4) {
            let [a, b, c, d] = from_fn(|at| &four[at.min(four.len() - 1)]);
            match four.len() {
                1 | 2 => points.extend(decompress([[a, b]]).as_flattened()),
                _ => points.extend(decompress([[a, b], [c, d]]).as_flattened()),
            }
        }
        points.truncate(encodings.len());
        points
    }

    fn hint(&self, point: &Addend) -> Packed {
        point.hint()
    }

    fn recall(&self, remembered: &[([u8; 32], Packed)]) -> Vec<Addend> {
        let mut points = Vec::with_capacity(remembered.len() + 1);
        for pair in remembered.chunks(2) {
            points.extend(recall([&pair[0], &pair[pair.len() - 1]]));
        }
        points.truncate(remembered.len());
        points
    }

    fn multiply(&self, terms: &Terms<'_, Addend>) -> Point {
        let long: Vec<Scalar> = terms.long.iter().copied().chain([terms.base]).collect();
        let points: Vec<Addend> = terms.long_points.iter().copied().chain([self.base]).collect();
        let (short, short_points) = (terms.short, terms.short_points);
        msm::Terms { short, short_points, long: &long, long_points: &points }.sum()
    }

    fn subtract(&self, whole: &Point, part: &Point) -> Point {
        whole.minus(&part.addend())
    }

    fn is_small(&self, sum: &Point) -> bool {
        sum.doubled().doubled().doubled().is_identity()
    }
}
