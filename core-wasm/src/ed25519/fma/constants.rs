//! Constants of the curve `-x^2 + y^2 = 1 + d x^2 y^2` (RFC 8032, section 5.1).

use super::field::Limbs;

pub const ZERO: Limbs = [0; 5];
pub const ONE: Limbs = [1, 0, 0, 0, 0];
pub const TWO: Limbs = [2, 0, 0, 0, 0];

/// `-121665 / 121666`.
pub const D: Limbs =
    [0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff];

/// `2 d`.
pub const D2: Limbs =
    [0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff];

/// A square root of -1: `2^((p - 1) / 4)`.
pub const SQRT_MINUS_ONE: Limbs =
    [0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d];

/// The encoding of the base point: `y = 4 / 5`, x even.
pub const BASE: [u8; 32] = {
    let mut bytes = [0x66; 32];
    bytes[0] = 0x58;
    bytes
};
