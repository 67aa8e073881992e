//! By 128-bit vectors. The intrinsics are safe: a module that uses them is
//! refused by a host that lacks them.

use core::arch::wasm32::*;
use core::ops::{Add, Mul, Sub};

/// Two floating-point numbers.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(v128);

/// Two integers modulo 2^64.
#[derive(Clone, Copy, Debug)]
pub struct Words(v128);

impl Lanes {
    #[inline(always)]
    pub fn new(first: f64, second: f64) -> Self {
        Self(f64x2(first, second))
    }

    /// The same number in both lanes.
    #[inline(always)]
    pub fn splat(value: f64) -> Self {
        Self(f64x2_splat(value))
    }

    #[inline(always)]
    pub fn get(self) -> [f64; 2] {
        [f64x2_extract_lane::<0>(self.0), f64x2_extract_lane::<1>(self.0)]
    }

    /// `self * factor + term`, rounded once where the host has such an
    /// instruction. Hosts without it round twice.
    #[inline(always)]
    pub fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(f64x2_relaxed_madd(self.0, factor.0, term.0))
    }

    /// The lanes exchanged.
    #[inline(always)]
    pub fn swapped(self) -> Self {
        Self(i64x2_shuffle::<1, 0>(self.0, self.0))
    }

    /// This where the mask has all bits, the other where it has none.
    #[inline(always)]
    pub fn or_else(self, other: Self, mask: Words) -> Self {
        Self(i64x2_relaxed_laneselect(self.0, other.0, mask.0))
    }

    /// The first lane of one, the second of the other.
    #[inline(always)]
    pub fn blend(first: Self, second: Self) -> Self {
        Self(i64x2_shuffle::<0, 3>(first.0, second.0))
    }

    #[inline(always)]
    pub fn bits(self) -> Words {
        Words(self.0)
    }
}

impl Words {
    #[inline(always)]
    pub fn new(first: u64, second: u64) -> Self {
        Self(u64x2(first, second))
    }

    /// The same number in both lanes.
    #[inline(always)]
    pub fn splat(value: u64) -> Self {
        Self(u64x2_splat(value))
    }

    #[inline(always)]
    pub fn shl<const BITS: u32>(self) -> Self {
        Self(i64x2_shl(self.0, BITS))
    }

    #[inline(always)]
    pub fn shr<const BITS: u32>(self) -> Self {
        Self(u64x2_shr(self.0, BITS))
    }

    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self(v128_and(self.0, other.0))
    }

    #[inline(always)]
    pub fn or(self, other: Self) -> Self {
        Self(v128_or(self.0, other.0))
    }

    #[inline(always)]
    pub fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    /// `self * FACTOR` of numbers below 2^15, for factors below 2^15.
    #[inline(always)]
    pub fn times_small<const FACTOR: u64>(self) -> Self {
        const { assert!(FACTOR < 1 << 15) };
        Self(i32x4_dot_i16x8(self.0, u64x2_splat(FACTOR)))
    }

    /// The same numbers; a compiler does not know that. The mean of each byte and
    /// itself is one cheap instruction.
    #[inline(always)]
    pub fn concealed(self) -> Self {
        Self(u8x16_avgr(self.0, self.0))
    }

    /// The numbers whose bits these are.
    #[inline(always)]
    pub fn floats(self) -> Lanes {
        Lanes(self.0)
    }
}

impl Add for Lanes {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f64x2_add(self.0, other.0))
    }
}

impl Sub for Lanes {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f64x2_sub(self.0, other.0))
    }
}

impl Mul for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f64x2_mul(self.0, other.0))
    }
}

impl Add for Words {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(i64x2_add(self.0, other.0))
    }
}
