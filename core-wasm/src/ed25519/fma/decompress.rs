//! From encodings to points (RFC 8032, section 5.1.3), pairs of them at a
//! time.
//!
//! By the rules of ZIP-215: `y` of `p` and more is taken modulo p, and the sign
//! bit of `x = 0` may be set.

use super::constants::{D, D2, ONE, SQRT_MINUS_ONE, ZERO};
use super::field::{limbs, square_times, Packed, Tight};
use super::point::Addend;
use core::array::from_fn;

/// The points of pairs of encodings; nothing where no point has that `y`.
pub fn decompress<const PAIRS: usize>(
    encodings: [[&[u8; 32]; 2]; PAIRS],
) -> [[Option<Addend>; 2]; PAIRS] {
    let one = Tight::splat(&ONE);
    let y = encodings.map(|[first, second]| Tight::new(&limbs(first), &limbs(second)));
    // x^2 = u / v.
    let ratios = y.map(|y| {
        let yy = square(&y);
        (yy.sub(&one).carry(), mul(&yy, &Tight::splat(&D)).add(&one).carry())
    });
    let roots = square_roots(&ratios);
    from_fn(|pair| {
        let (root, exists) = roots[pair];
        let parities = root.canonical().map(|x| x[0] & 1 == 1);
        let negate = [0, 1].map(|lane| parities[lane] != (encodings[pair][lane][31] >> 7 == 1));
        let [first, second] = of_affine(&root.negated(negate), &y[pair]);
        [exists[0].then_some(first), exists[1].then_some(second)]
    })
}

/// The point of one encoding.
pub fn decompress_one(encoding: &[u8; 32]) -> Option<Addend> {
    let [[point, _]] = decompress([[encoding; 2]]);
    point
}

/// The points of two encodings with their hints.
pub fn recall(remembered: [&([u8; 32], Packed); 2]) -> [Addend; 2] {
    let [first, second] = remembered.map(|(encoding, _)| limbs(encoding));
    let y = Tight::new(&first, &second);
    let [first, second] = remembered.map(|(_, hint)| limbs(hint));
    let x = y.sub(&Tight::new(&first, &second)).carry();
    of_affine(&x, &y)
}

fn of_affine(x: &Tight, y: &Tight) -> [Addend; 2] {
    Addend::of_affine(x, y, &mul(&mul(x, y), &Tight::splat(&D2)))
}

/// One of the roots of each `u / v` in each lane, and whether there is one.
///
/// `x = u v^3 (u v^7)^((p - 5) / 8)` is a root of `u / v` or of `-u / v`, if
/// either has one: `v x^2` says which.
fn square_roots<const PAIRS: usize>(
    ratios: &[(Tight, Tight); PAIRS],
) -> [(Tight, [bool; 2]); PAIRS] {
    let v3 = ratios.map(|(_, v)| mul(&square(&v), &v));
    let powers: [_; PAIRS] = power_p58(&from_fn(|pair| {
        let (u, v) = &ratios[pair];
        mul(u, &mul(&square(&v3[pair]), v))
    }));
    from_fn(|pair| {
        let (u, v) = &ratios[pair];
        let x = mul(&mul(u, &v3[pair]), &powers[pair]);
        let vxx = mul(v, &square(&x));
        let is_root = vxx.sub(u).canonical().map(|limbs| limbs == ZERO);
        let is_root_of_minus = vxx.add(u).canonical().map(|limbs| limbs == ZERO);
        let turned = mul(&x, &Tight::splat(&SQRT_MINUS_ONE));
        // A lane keeps x where it is a root already: 0 is both.
        let first = if is_root[0] { &x } else { &turned };
        let second = if is_root[1] { &x } else { &turned };
        let exists = [0, 1].map(|lane| is_root[lane] || is_root_of_minus[lane]);
        (Tight::blend(first, second), exists)
    })
}

/// `z^((p - 5) / 8) = z^(2^252 - 3)`.
fn power_p58<const PAIRS: usize>(z: &[Tight; PAIRS]) -> [Tight; PAIRS] {
    // `a^(2^n) b`; and `ones(n)` is z^(2^n - 1).
    let shifted = |a: &[Tight; PAIRS], n: u32, b: &[Tight; PAIRS]| {
        let powers = square_times(*a, n);
        from_fn(|pair| mul(&powers[pair], &b[pair]))
    };
    let ones_2 = shifted(z, 1, z);
    let ones_4 = shifted(&ones_2, 2, &ones_2);
    let ones_5 = shifted(&ones_4, 1, z);
    let ones_10 = shifted(&ones_5, 5, &ones_5);
    let ones_20 = shifted(&ones_10, 10, &ones_10);
    let ones_40 = shifted(&ones_20, 20, &ones_20);
    let ones_50 = shifted(&ones_40, 10, &ones_10);
    let ones_100 = shifted(&ones_50, 50, &ones_50);
    let ones_200 = shifted(&ones_100, 100, &ones_100);
    let ones_250 = shifted(&ones_200, 50, &ones_50);
    shifted(&ones_250, 2, z)
}

fn square(a: &Tight) -> Tight {
    a.square_times(1)
}

/// Not inlined, as every place would have its own copy of 25 products.
#[inline(never)]
fn mul(a: &Tight, b: &Tight) -> Tight {
    a.mul(b)
}
