//! By plain Rust.

use core::array::from_fn;
use core::ops::{Add, Mul, Sub};

/// Two floating-point numbers.
#[derive(Clone, Copy, Debug)]
pub struct Lanes([f64; 2]);

/// Two integers modulo 2^64.
#[derive(Clone, Copy, Debug)]
pub struct Words([u64; 2]);

impl Lanes {
    pub fn new(first: f64, second: f64) -> Self {
        Self([first, second])
    }

    /// The same number in both lanes.
    pub fn splat(value: f64) -> Self {
        Self([value; 2])
    }

    pub fn get(self) -> [f64; 2] {
        self.0
    }

    /// `self * factor + term`, rounded once.
    pub fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].mul_add(factor.0[lane], term.0[lane])))
    }

    /// The lanes exchanged.
    pub fn swapped(self) -> Self {
        Self([self.0[1], self.0[0]])
    }

    /// This where the mask has all bits, the other where it has none.
    pub fn or_else(self, other: Self, mask: Words) -> Self {
        Self(from_fn(|lane| if mask.0[lane] == 0 { other.0[lane] } else { self.0[lane] }))
    }

    /// The first lane of one, the second of the other.
    pub fn blend(first: Self, second: Self) -> Self {
        Self([first.0[0], second.0[1]])
    }

    pub fn bits(self) -> Words {
        Words(self.0.map(f64::to_bits))
    }
}

impl Words {
    pub fn new(first: u64, second: u64) -> Self {
        Self([first, second])
    }

    /// The same number in both lanes.
    pub fn splat(value: u64) -> Self {
        Self([value; 2])
    }

    pub fn shl<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word << BITS))
    }

    pub fn shr<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word >> BITS))
    }

    pub fn and(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] & other.0[lane]))
    }

    pub fn or(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] | other.0[lane]))
    }

    pub fn xor(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] ^ other.0[lane]))
    }

    /// `self * FACTOR` of numbers below 2^15, for factors below 2^15.
    pub fn times_small<const FACTOR: u64>(self) -> Self {
        const { assert!(FACTOR < 1 << 15) };
        debug_assert!(self.0.iter().all(|word| *word < 1 << 15));
        Self(self.0.map(|word| word * FACTOR))
    }

    /// The same numbers; a compiler does not know that.
    pub fn concealed(self) -> Self {
        self
    }

    /// The numbers whose bits these are.
    pub fn floats(self) -> Lanes {
        Lanes(self.0.map(f64::from_bits))
    }
}

impl Add for Lanes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] + other.0[lane]))
    }
}

impl Sub for Lanes {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] - other.0[lane]))
    }
}

impl Mul for Lanes {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] * other.0[lane]))
    }
}

impl Add for Words {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
    }
}
