//! By 128-bit vectors. The intrinsics are safe: a module that uses them is
//! refused by a host that lacks them.

use super::LANES;
use core::arch::wasm32::*;
use core::ops::{Add, BitXor};

/// Four integers modulo 2^32.
#[derive(Clone, Copy, Debug)]
pub struct Words(v128);

impl Words {
    #[inline(always)]
    pub fn new([a, b, c, d]: [u32; LANES]) -> Self {
        Self(u32x4(a, b, c, d))
    }

    /// The same number in all lanes.
    #[inline(always)]
    pub fn splat(word: u32) -> Self {
        Self(u32x4_splat(word))
    }

    #[inline(always)]
    pub fn get(self) -> [u32; LANES] {
        [
            u32x4_extract_lane::<0>(self.0),
            u32x4_extract_lane::<1>(self.0),
            u32x4_extract_lane::<2>(self.0),
            u32x4_extract_lane::<3>(self.0),
        ]
    }

    /// By whole bytes in one instruction, else in three.
    #[inline(always)]
    pub fn rotate_right<const BITS: u32>(self) -> Self {
        Self(match BITS {
            8 => i8x16_shuffle::<1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12>(
                self.0, self.0,
            ),
            16 => i8x16_shuffle::<2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13>(
                self.0, self.0,
            ),
            _ => v128_or(u32x4_shr(self.0, BITS), u32x4_shl(self.0, 32 - BITS)),
        })
    }

    /// Bits of `self` where `mask` has ones, of `other` where it has zeros.
    #[inline(always)]
    pub fn select(self, other: Self, mask: Self) -> Self {
        Self(v128_bitselect(self.0, other.0, mask.0))
    }

    /// The lower lanes of both in turn, then the upper ones.
    #[inline(always)]
    pub fn interleaved(self, other: Self) -> (Self, Self) {
        let low = u32x4_shuffle::<0, 4, 1, 5>(self.0, other.0);
        (Self(low), Self(u32x4_shuffle::<2, 6, 3, 7>(self.0, other.0)))
    }

    /// The lower halves of both, then the upper ones.
    #[inline(always)]
    pub fn halves(self, other: Self) -> (Self, Self) {
        let low = u64x2_shuffle::<0, 2>(self.0, other.0);
        (Self(low), Self(u64x2_shuffle::<1, 3>(self.0, other.0)))
    }
}

impl Add for Words {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(u32x4_add(self.0, other.0))
    }
}

impl BitXor for Words {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }
}
