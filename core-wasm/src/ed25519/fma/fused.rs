//! Whether `relaxed_madd` rounds once. WebAssembly leaves it to the host.

use super::constants::{D, SQRT_MINUS_ONE};
use super::field::Tight;
use super::lanes::Lanes;
use core::hint::black_box;

/// Factors whose product needs more than 53 bits, and what a fused operation
/// leaves of it when the rounded product is taken off.
const VECTORS: [(f64, f64); 4] = [
    (1.0 + EPSILON, 1.0 + EPSILON),
    (1.0 - EPSILON, 1.0 + EPSILON),
    (LIMB, LIMB),
    (-LIMB, LIMB - 2.0),
];
const EPSILON: f64 = 1.0 / (1u64 << 30) as f64;
const LIMB: f64 = ((1u64 << 50) - 1) as f64;
/// `product - rounded product`, exact.
const RESTS: [f64; 4] = [EPSILON * EPSILON, -EPSILON * EPSILON, 1.0, -3.0];

/// Whether multiplications are fused in both lanes, and elements of the field
/// multiply as they should.
pub fn is_fused() -> bool {
    let exact = VECTORS.iter().zip(RESTS).all(|((a, b), rest)| {
        let [a, b] = [a, b].map(|factor| Lanes::splat(black_box(*factor)));
        a.mul_add(b, Lanes::splat(0.0) - a * b).get() == [rest; 2]
    });
    exact && {
        // sqrt(-1)^2 = -1, and (sqrt(-1) d)^2 = -d^2.
        let root = Tight::splat(black_box(&SQRT_MINUS_ONE));
        let d = Tight::splat(black_box(&D));
        let left = root.mul(&d).square_times(1).add(&d.square_times(1));
        left.canonical() == [[0; 5]; 2]
    }
}
