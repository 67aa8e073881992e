//! From encodings to points (RFC 8032, section 5.1.3), two at a time.
//!
//! By the rules of ZIP-215: `y` of `p` and more is taken modulo p, and the sign
//! bit of `x = 0` may be set.

use super::constants::{D, D2, ONE, SQRT_MINUS_ONE, ZERO};
use super::field::{limbs, Packed, Tight};
use super::point::Addend;

/// The points of two encodings; nothing where no point has that `y`.
pub fn decompress(encodings: [&[u8; 32]; 2]) -> [Option<Addend>; 2] {
    let [first, second] = encodings.map(limbs);
    let y = Tight::new(&first, &second);
    let one = Tight::splat(&ONE);
    let yy = y.square_times(1);
    // x^2 = u / v.
    let u = yy.sub(&one).carry();
    let v = mul(&yy, &Tight::splat(&D)).add(&one).carry();
    let (root, exists) = square_root_of_ratio(&u, &v);

    let parities = root.canonical().map(|x| x[0] & 1 == 1);
    let negate = [0, 1].map(|lane| parities[lane] != (encodings[lane][31] >> 7 == 1));
    let x = root.negated(negate);
    let [first, second] = of_affine(&x, &y);
    [exists[0].then_some(first), exists[1].then_some(second)]
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

/// One of the roots of `u / v` in each lane, and whether there is one.
///
/// `x = u v^3 (u v^7)^((p - 5) / 8)` is a root of `u / v` or of `-u / v`, if
/// either has one: `v x^2` says which.
fn square_root_of_ratio(u: &Tight, v: &Tight) -> (Tight, [bool; 2]) {
    let v3 = mul(&v.square_times(1), v);
    let v7 = mul(&v3.square_times(1), v);
    let x = mul(&mul(u, &v3), &power_p58(&mul(u, &v7)));
    let vxx = mul(v, &x.square_times(1));
    let is_root = vxx.sub(u).canonical().map(|limbs| limbs == ZERO);
    let is_root_of_minus = vxx.add(u).canonical().map(|limbs| limbs == ZERO);
    let turned = mul(&x, &Tight::splat(&SQRT_MINUS_ONE));
    // A lane keeps x where it is a root already: 0 is both.
    let first = if is_root[0] { &x } else { &turned };
    let second = if is_root[1] { &x } else { &turned };
    let exists = [0, 1].map(|lane| is_root[lane] || is_root_of_minus[lane]);
    (Tight::blend(first, second), exists)
}

/// `z^((p - 5) / 8) = z^(2^252 - 3)`.
fn power_p58(z: &Tight) -> Tight {
    // `ones(n)` is z^(2^n - 1).
    let double = |ones: &Tight, n: u32| mul(&ones.square_times(n), ones);
    let ones_2 = mul(&z.square_times(1), z);
    let ones_4 = double(&ones_2, 2);
    let ones_5 = mul(&ones_4.square_times(1), z);
    let ones_10 = double(&ones_5, 5);
    let ones_20 = double(&ones_10, 10);
    let ones_40 = double(&ones_20, 20);
    let ones_50 = mul(&ones_40.square_times(10), &ones_10);
    let ones_100 = double(&ones_50, 50);
    let ones_200 = double(&ones_100, 100);
    let ones_250 = mul(&ones_200.square_times(50), &ones_50);
    mul(&ones_250.square_times(2), z)
}

/// Not inlined, as every place would have its own copy of 25 products.
#[inline(never)]
fn mul(a: &Tight, b: &Tight) -> Tight {
    a.mul(b)
}
