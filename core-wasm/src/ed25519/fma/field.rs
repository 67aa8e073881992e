//! Arithmetic modulo `p = 2^255 - 19`, on two elements side by side, by fused
//! multiply-add.
//!
//! # Representation
//!
//! An element is `sum(l[k] * 2^(51 k))` for five signed integer limbs `l[k]`,
//! each held exactly in an `f64`. A [`Pair`] holds two elements, one per lane.
//! The limbs of a `Pair<B>` satisfy `|l[k]| <= B * LIMB_MAX`; the type carries
//! the bound, so that what may be multiplied by what is checked when compiling.
//!
//! # A product of two limbs, exactly
//!
//! Let `a`, `b` be integers with `|a b| <= PRODUCT_MAX < 2^102 - 2^51`, and
//! `SHIFT = 1.5 * 2^103`. In `[2^103, 2^104)` neighbouring doubles are `2^51`
//! apart, and `SHIFT + a b` lies inside by more than one such step. So
//!
//! - `high = fma(a, b, SHIFT) = SHIFT + 2^51 q` with `q = round(a b / 2^51)`,
//!   and as bits, `bits(high) = bits(SHIFT) + q`;
//! - `SHIFT + 3 * 2^51 - high = 2^51 (3 - q)` is exact, as `|3 - q| < 2^53`;
//! - `low = fma(a, b, 2^51 (3 - q)) = 1.5 * 2^52 + r` with `r = a b - 2^51 q`
//!   and `|r| <= 2^50`. That is an integer in `[2^52, 2^53)`, where neighbouring
//!   doubles are 1 apart: exact, and `bits(low) = bits(1.5 * 2^52) + r`.
//!
//! Hence `a b = 2^51 q + r`, with `q` and `r` added up as integers, straight
//! from the bits of the doubles; the constants in front are taken off once per
//! column (see [`start`]). Without fusing, `r` would be wrong: see `super::fused`.
//!
//! # Reduction
//!
//! Ten columns come out, `2^255 = 19` folds the upper five onto the lower, and
//! one round of carries brings every limb back within `LIMB_MAX` (see [`finish`]).
//! The bounds of the columns are computed and asserted when compiling.
//!
//! Nothing here is constant-time: it verifies public data.

use super::lanes::{Lanes, Words};
use core::array::from_fn;
use core::hint::black_box;

/// Bits per limb.
const BITS: u32 = 51;
const MASK: u64 = (1 << BITS) - 1;
/// Bound of the limbs that multiplications give: half a limb, and a little for
/// the last carry.
pub const LIMB_MAX: u64 = (1 << (BITS - 1)) + (1 << 18);
/// Multiplications take factors whose bounds multiply to at most this.
const BOUNDS_MAX: u32 = 3;
const PRODUCT_MAX: u128 = BOUNDS_MAX as u128 * LIMB_MAX as u128 * LIMB_MAX as u128;
const _: () = assert!(PRODUCT_MAX < (1 << 102) - (1 << BITS));

/// `2^51`, `2^52`, `2^103` as doubles.
const TWO_51: f64 = (1u64 << 51) as f64;
const TWO_52: f64 = (1u64 << 52) as f64;
const TWO_103: f64 = TWO_51 * TWO_52;
/// Rounds to a multiple of `2^51` what is added to it.
const SHIFT: f64 = 1.5 * TWO_103;
const SHIFT_LOW: f64 = SHIFT + 3.0 * TWO_51;
const LOW: f64 = 1.5 * TWO_52;

/// How many products end in each column: of all 25, and of the 15 that a square
/// has once equal ones are doubled. Column `k` gets the low parts of its own and
/// the high parts of the column before.
const PRODUCTS: [u64; 10] = [1, 2, 3, 4, 5, 4, 3, 2, 1, 0];
const SQUARE_PRODUCTS: [u64; 10] = [1, 1, 2, 2, 3, 2, 2, 1, 1, 0];

/// Makes folded columns positive. `2^50` of it stays in the limb, `2^60` leaves
/// as a carry of 512.
const OFFSET: u64 = (1 << 60) + (1 << 50);
const OFFSET_CARRY: u64 = OFFSET >> BITS;

/// No folded column is larger than this, in magnitude and without `OFFSET`.
const COLUMN_MAX: u128 = column_max();
const _: () = assert!(COLUMN_MAX < OFFSET as u128);
const _: () = assert!(COLUMN_MAX + (OFFSET as u128) < 1 << 64);
const CARRY_MAX: u128 = (COLUMN_MAX + OFFSET as u128) >> BITS;
// What `finish` gives lies between -(2^50 + 19 * 512) and 2^50 + 19 * CARRY_MAX.
const _: () = assert!((1 << (BITS - 1)) + 19 * CARRY_MAX <= LIMB_MAX as u128);
const _: () = assert!((1 << (BITS - 1)) + 19 * OFFSET_CARRY <= LIMB_MAX);
// Carries are multiplied as numbers of 15 bits.
const _: () = assert!(CARRY_MAX < 1 << 15);
// A double's fraction has room for a limb with its carry.
const _: () = assert!((1 << BITS) + 19 * CARRY_MAX < 1 << 52);

const fn column_max() -> u128 {
    let low = 1 << (BITS - 1);
    let high = (PRODUCT_MAX >> BITS) + 1;
    let mut most = 0;
    let mut k = 0;
    while k < 5 {
        let column = lows(k) * low + highs(k) * high;
        let folded = column + 19 * (lows(k + 5) * low + highs(k + 5) * high);
        most = if folded > most { folded } else { most };
        k += 1;
    }
    most
}

const fn lows(k: usize) -> u128 {
    PRODUCTS[k] as u128
}

const fn highs(k: usize) -> u128 {
    if k == 0 {
        0
    } else {
        PRODUCTS[k - 1] as u128
    }
}

/// What columns start from: minus the bits of the constants that the products
/// carry, modulo 2^64, plus `OFFSET` in the lower five.
const fn start(products: [u64; 10]) -> [u64; 10] {
    let mut columns = [0; 10];
    let mut k = 0;
    while k < 10 {
        let low = products[k].wrapping_mul(LOW.to_bits());
        let high = if k == 0 { 0 } else { products[k - 1].wrapping_mul(SHIFT.to_bits()) };
        let offset = if k < 5 { OFFSET } else { 0 };
        columns[k] = offset.wrapping_sub(low).wrapping_sub(high);
        k += 1;
    }
    columns
}

const START: [u64; 10] = start(PRODUCTS);
const SQUARE_START: [u64; 10] = start(SQUARE_PRODUCTS);

/// Two field elements; see the head of this file for `BOUND`.
#[derive(Clone, Copy, Debug)]
pub struct Pair<const BOUND: u32>([Lanes; 5]);

/// As multiplications give it.
pub type Tight = Pair<1>;
/// Sum or difference of two tight ones.
pub type Loose = Pair<2>;

/// All bits, or none.
#[inline(always)]
pub fn mask(all: bool) -> u64 {
    u64::from(all).wrapping_neg()
}

/// Five limbs of 51 bits, not negative.
pub type Limbs = [u64; 5];

/// The limbs of 32 bytes, little endian. The highest bit is left out; numbers
/// from `p` to `2^255 - 1` are taken as they are, as ZIP-215 has it.
pub fn limbs(bytes: &[u8; 32]) -> Limbs {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(word)
    };
    // Bits 0, 51, 102, 153 and 204, each read from the byte it lies in.
    [word(0), word(6) >> 3, word(12) >> 6, word(19) >> 1, word(24) >> 12].map(|limb| limb & MASK)
}

/// 32 bytes, little endian.
pub type Packed = [u8; 32];

/// The bytes that [`limbs`] reads, of limbs below `2^51`.
pub fn packed([a, b, c, d, e]: &Limbs) -> Packed {
    let words = [a | b << 51, b >> 13 | c << 38, c >> 26 | d << 25, d >> 39 | e << 12];
    let mut bytes = [0; 32];
    for (word, bytes) in words.iter().zip(bytes.chunks_mut(8)) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

impl Tight {
    /// Of limbs below `2^51`.
    pub fn new(first: &Limbs, second: &Limbs) -> Self {
        let lanes = from_fn(|k| Lanes::new(first[k] as f64, second[k] as f64));
        // 2^51 is less than twice LIMB_MAX.
        Pair::<2>(lanes).carry()
    }

    /// The same element in both lanes.
    pub fn splat(limbs: &Limbs) -> Self {
        Self::new(limbs, limbs)
    }

    #[inline(always)]
    pub fn add(&self, other: &Self) -> Loose {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    pub fn sub(&self, other: &Self) -> Loose {
        self.zip(other, |a, b| a - b)
    }

    /// `(a, b)` becomes `(b - a, b + a)`.
    #[inline(always)]
    pub fn butterfly(&self) -> Loose {
        self.swapped().add(&self.negated([true, false]))
    }

    /// `self^2`.
    pub fn square(&self) -> Self {
        let mut columns = SQUARE_START.map(Words::splat);
        for i in 0..5 {
            let a = self.0[i];
            multiply_limbs(&mut columns, 2 * i, a, a);
            // Bound 2 times bound 1.
            let twice = a + a;
            for j in i + 1..5 {
                multiply_limbs(&mut columns, i + j, twice, self.0[j]);
            }
        }
        finish(columns)
    }

    /// `self^(2^n)`.
    pub fn square_times(&self, n: u32) -> Self {
        let [power] = square_times([*self], n);
        power
    }
}

/// `powers^(2^n)`. A square waits for the one before, but not for those of others:
/// two beside each other take less time.
pub fn square_times<const COUNT: usize>(mut powers: [Tight; COUNT], n: u32) -> [Tight; COUNT] {
    for _ in 0..n {
        powers.iter_mut().for_each(make_square);
    }
    powers
}

/// Not inlined, as compilers would mix squares and run out of registers.
#[inline(never)]
fn make_square(power: &mut Tight) {
    *power = power.square();
}

impl<const A: u32> Pair<A> {
    #[inline(always)]
    fn zip<const B: u32, const C: u32>(
        &self,
        other: &Pair<B>,
        f: impl Fn(Lanes, Lanes) -> Lanes,
    ) -> Pair<C> {
        Pair(from_fn(|k| f(self.0[k], other.0[k])))
    }

    /// The elements exchanged.
    #[inline(always)]
    pub fn swapped(&self) -> Self {
        Self(self.0.map(Lanes::swapped))
    }

    /// The elements exchanged where the mask has all bits.
    #[inline(always)]
    pub fn swapped_where(&self, mask: Words) -> Self {
        Self(self.0.map(|limb| limb.swapped().or_else(limb, mask)))
    }

    /// The first element of one, the second of the other.
    #[inline(always)]
    pub fn blend(first: &Self, second: &Self) -> Self {
        first.zip(second, Lanes::blend)
    }

    /// Each element negated or not.
    #[inline(always)]
    pub fn negated(&self, [first, second]: [bool; 2]) -> Self {
        self.negated_where(Words::new(mask(first), mask(second)))
    }

    /// Each element negated where its mask has all bits.
    #[inline(always)]
    pub fn negated_where(&self, mask: Words) -> Self {
        let signs = mask.and(Words::splat(1 << 63));
        Self(self.0.map(|limb| limb.bits().xor(signs).floats()))
    }

    /// `self * other` in each lane.
    #[inline(always)]
    pub fn mul<const B: u32>(&self, other: &Pair<B>) -> Tight {
        const { assert!(A * B <= BOUNDS_MAX) };
        let mut lower = [Words::splat(0); 5];
        let mut sums = [Words::splat(0); 5];
        // A row at a time, so that few sums are alive: compilers mix the rows
        // where they know how many there are, and have registers for a third.
        #[allow(clippy::needless_range_loop)]
        for i in 0..black_box(5) {
            let mut above = Words::splat(0);
            for (sum, b) in sums.iter_mut().zip(other.0) {
                let [low, high] = product(self.0[i], b);
                *sum = *sum + low + above;
                above = high;
            }
            let [first, others @ ..] = sums;
            lower[i] = first;
            sums = [others[0], others[1], others[2], others[3], above];
        }
        finish(from_fn(|k| Words::splat(START[k]) + if k < 5 { lower[k] } else { sums[k - 5] }))
    }

    /// The same elements with limbs within `LIMB_MAX`.
    #[inline(always)]
    pub fn carry(&self) -> Tight {
        // Integers beyond 2^53 are not all doubles; those within carry at most 4.
        const { assert!(A as u64 * LIMB_MAX <= 1 << 53) };
        let shift = Lanes::splat(SHIFT);
        // Exact: multiples of 2^51, and what is left of at most 2^50.
        let carries = self.0.map(|limb| (limb + shift) - shift);
        let once = Lanes::splat(1.0 / TWO_51);
        let folded = Lanes::splat(19.0 / TWO_51);
        Pair(from_fn(|k| {
            let rest = self.0[k] - carries[k];
            match k {
                0 => rest + carries[4] * folded,
                _ => rest + carries[k - 1] * once,
            }
        }))
    }

    /// The one representative of each element below `p`.
    pub fn canonical(&self) -> [Limbs; 2] {
        // Limbs below 4 (2^51 - 19), made positive by 4 p.
        const { assert!(A <= 3) };
        let lanes = self.0.map(Lanes::get);
        [0, 1].map(|lane| {
            canonical(from_fn(|k| {
                let multiple = 4 * if k == 0 { MASK as i64 - 18 } else { MASK as i64 };
                (lanes[k][lane] as i64 + multiple) as u64
            }))
        })
    }
}

fn canonical(mut limbs: Limbs) -> Limbs {
    // Once for carries of a few units, once for the one that they may cause.
    for _ in 0..2 {
        carry_up(&mut limbs);
        limbs[0] += 19 * (limbs[4] >> BITS);
        limbs[4] &= MASK;
    }
    // Below 2^255, so p or more exactly if adding 19 reaches 2^255.
    let beyond = limbs.iter().fold(19, |carry, limb| (limb + carry) >> BITS);
    limbs[0] += 19 * beyond;
    carry_up(&mut limbs);
    limbs[4] &= MASK;
    limbs
}

fn carry_up(limbs: &mut Limbs) {
    for k in 0..4 {
        limbs[k + 1] += limbs[k] >> BITS;
        limbs[k] &= MASK;
    }
}

/// Adds both halves of `a b` to their columns.
#[inline(always)]
fn multiply_limbs(columns: &mut [Words; 10], k: usize, a: Lanes, b: Lanes) {
    let [low, high] = product(a, b);
    columns[k] = columns[k] + low;
    columns[k + 1] = columns[k + 1] + high;
}

/// Both halves of `a b`, with the constants that they carry.
#[inline(always)]
fn product(a: Lanes, b: Lanes) -> [Words; 2] {
    let high = a.mul_add(b, Lanes::splat(SHIFT));
    let low = a.mul_add(b, Lanes::splat(SHIFT_LOW) - high);
    [low.bits(), high.bits()]
}

/// Folds ten columns to five and carries once. The columns lie below 2^64 as
/// `COLUMN_MAX` says, so the sums modulo 2^64 are the sums.
#[inline(always)]
fn finish(columns: [Words; 10]) -> Tight {
    let mask = Words::splat(MASK);
    let folded: [Words; 5] = from_fn(|k| columns[k] + times_19(columns[k + 5]));
    let carries = folded.map(|column| column.shr::<BITS>());
    Pair(from_fn(|k| {
        let rest = folded[k].and(mask);
        let (carry, offset_carry) = match k {
            0 => (carries[4].times_small::<19>(), 19 * OFFSET_CARRY),
            _ => (carries[k - 1], OFFSET_CARRY),
        };
        // An integer below 2^52 in the fraction of 2^52 is the double of their
        // sum; the difference is exact.
        let limb = (rest + carry).or(Words::splat(TWO_52.to_bits())).floats();
        limb - Lanes::splat(TWO_52 + ((1u64 << (BITS - 1)) + offset_carry) as f64)
    }))
}

/// Compilers would make one multiplication of it, which takes eight instructions
/// where vectors have none of 64 bits.
#[inline(always)]
fn times_19(x: Words) -> Words {
    let nine = x.concealed().shl::<3>() + x;
    nine.shl::<1>() + x
}

#[cfg(test)]
impl<const A: u32> Pair<A> {
    /// Limbs as they are, for tests at the bounds.
    pub fn of_raw(limbs: [[i64; 2]; 5]) -> Self {
        let max = i64::from(A) * LIMB_MAX as i64;
        assert!(limbs.iter().flatten().all(|limb| limb.abs() <= max));
        Self(limbs.map(|[first, second]| Lanes::new(first as f64, second as f64)))
    }

    pub fn raw(&self) -> [[i64; 2]; 5] {
        self.0.map(|limb| limb.get().map(|value| value as i64))
    }
}
