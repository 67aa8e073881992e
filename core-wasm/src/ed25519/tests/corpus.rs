//! Signatures of every kind that an equation could be wrong about.

use crate::ed25519::{public_key_of, sign_with, Check, PublicKey, SignatureBytes};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

/// A signature with what it is of.
#[derive(Clone, Debug)]
pub struct Signed {
    pub key: PublicKey,
    pub message: Vec<u8>,
    pub signature: SignatureBytes,
}

impl Signed {
    pub fn check(&self) -> Check<'_> {
        Check { public_key: &self.key, message: &self.message, signature: &self.signature }
    }
}

/// Numbers that look random and are the same each time (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        core::array::from_fn(|_| self.next() as u8)
    }

    fn scalar(&mut self) -> Scalar {
        Scalar::from_bytes_mod_order(self.bytes())
    }

    fn torsion(&mut self) -> EdwardsPoint {
        EIGHT_TORSION[self.below(8)]
    }
}

/// A valid signature of one of `keys` keys.
pub fn plain(dice: &mut Dice, keys: usize) -> Signed {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&dice.below(keys).to_le_bytes());
    let message: Vec<u8> = (0..dice.below(200)).map(|_| dice.next() as u8).collect();
    Signed { key: public_key_of(&seed), signature: sign_with(&seed, &message), message }
}

/// Of any kind, valid or not.
pub fn any(dice: &mut Dice) -> Signed {
    match dice.below(8) {
        0 => small_order(dice),
        1 => with_torsion(dice),
        2 => flipped(dice),
        3 => with_large_s(dice),
        4 => with_other_point(dice),
        _ => plain(dice, 40),
    }
}

/// One bit of key, signature or message is another.
fn flipped(dice: &mut Dice) -> Signed {
    let mut signed = plain(dice, 40);
    signed.message.push(1);
    let Signed { key, message, signature } = &mut signed;
    let part = match dice.below(3) {
        0 => &mut key[..],
        1 => &mut signature[..],
        _ => &mut message[..],
    };
    part[dice.below(part.len())] ^= 1 << dice.below(8);
    signed
}

/// `s + l`, which is the same scalar and no encoding of it, or more.
fn with_large_s(dice: &mut Dice) -> Signed {
    let mut signed = plain(dice, 40);
    let order_minus_one = (-Scalar::ONE).to_bytes();
    let mut carry = 1;
    for (byte, order) in signed.signature[32..].iter_mut().zip(order_minus_one) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry as u8;
        carry >>= 8;
    }
    signed.signature[63] |= [0, 0x20, 0x80][dice.below(3)];
    signed
}

/// `A` and `R` of small order, in any encoding: valid where `8 s B = 0`.
fn small_order(dice: &mut Dice) -> Signed {
    let [key, commitment] = [(); 2].map(|()| any_encoding(&dice.torsion(), dice));
    let s = if dice.below(2) == 0 { Scalar::ZERO } else { dice.scalar() };
    let message = dice.bytes::<5>().to_vec();
    Signed { key, message, signature: join(&commitment, &s) }
}

/// Valid, by ZIP-215 alone: `A` and `R` each with a part of small order.
fn with_torsion(dice: &mut Dice) -> Signed {
    let (secret, nonce) = (dice.scalar(), dice.scalar());
    let [key, commitment] = [secret, nonce]
        .map(|scalar| (EdwardsPoint::mul_base(&scalar) + dice.torsion()).compress().0);
    let message = dice.bytes::<9>().to_vec();
    let hash = Sha512::new().chain_update(commitment).chain_update(key).chain_update(&message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    Signed { key, message, signature: join(&commitment, &(nonce + k * secret)) }
}

/// `A` or `R` is another point, or none.
fn with_other_point(dice: &mut Dice) -> Signed {
    let mut signed = plain(dice, 40);
    let bytes = dice.bytes::<32>();
    if dice.below(2) == 0 {
        signed.key = bytes;
    } else {
        signed.signature[..32].copy_from_slice(&bytes);
    }
    signed
}

fn join(commitment: &[u8; 32], s: &Scalar) -> SignatureBytes {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(commitment);
    signature[32..].copy_from_slice(s.as_bytes());
    signature
}

/// One of the encodings of a point of small order: where `y` is below 19 it has
/// a second one with `y + p`, and where `x` is 0 the sign may be set.
fn any_encoding(point: &EdwardsPoint, dice: &mut Dice) -> [u8; 32] {
    let mut bytes = point.compress().0;
    let is_low =
        bytes[0] < 19 && bytes[1..31].iter().all(|byte| *byte == 0) && bytes[31] & 0x7f == 0;
    if is_low && dice.below(2) == 0 {
        bytes[0] += 0xed;
        bytes[1..31].fill(0xff);
        bytes[31] |= 0x7f;
    }
    if *point == -point && dice.below(2) == 0 {
        bytes[31] |= 0x80;
    }
    bytes
}
