//! By plain Rust.

use super::LANES;
use core::array::from_fn;
use core::ops::{Add, BitXor};

/// Four integers modulo 2^32.
#[derive(Clone, Copy, Debug)]
pub struct Words([u32; LANES]);

impl Words {
    pub fn new(words: [u32; LANES]) -> Self {
        Self(words)
    }

    /// The same number in all lanes.
    pub fn splat(word: u32) -> Self {
        Self([word; LANES])
    }

    pub fn get(self) -> [u32; LANES] {
        self.0
    }

    #[inline(always)]
    pub fn rotate_right<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word.rotate_right(BITS)))
    }

    /// Bits of `self` where `mask` has ones, of `other` where it has zeros.
    pub fn select(self, other: Self, mask: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] & mask.0[lane] | other.0[lane] & !mask.0[lane]))
    }

    /// The lower lanes of both in turn, then the upper ones.
    pub fn interleaved(self, other: Self) -> (Self, Self) {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        (Self([a, e, b, f]), Self([c, g, d, h]))
    }

    /// The lower halves of both, then the upper ones.
    pub fn halves(self, other: Self) -> (Self, Self) {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        (Self([a, b, e, f]), Self([c, d, g, h]))
    }
}

impl Add for Words {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
    }
}

impl BitXor for Words {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] ^ other.0[lane]))
    }
}
