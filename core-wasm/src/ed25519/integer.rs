//! The curve by the integers of two published libraries: what every host can do,
//! and what has the last word on each rejection.

use super::arithmetic::{Arithmetic, Terms};
use super::{Check, PublicKey};
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use ed25519_zebra::{Signature, VerificationKey};

/// The verdict on one signature.
pub fn verify(check: &Check<'_>) -> bool {
    VerificationKey::try_from(*check.public_key)
        .and_then(|key| key.verify(&Signature::from_bytes(check.signature), check.message))
        .is_ok()
}

/// Whether the bytes are a point of the curve.
pub fn is_point(bytes: &PublicKey) -> bool {
    VerificationKey::try_from(*bytes).is_ok()
}

/// By curve25519-dalek.
pub struct Integer;

impl Arithmetic for Integer {
    type Point = EdwardsPoint;
    type Hint = EdwardsPoint;
    type Sum = EdwardsPoint;
    const TOGETHER_MIN: usize = 4;

    fn decompress(&self, encodings: &[[u8; 32]]) -> Vec<Option<EdwardsPoint>> {
        encodings.iter().map(|bytes| CompressedEdwardsY(*bytes).decompress()).collect()
    }

    fn hint(&self, point: &EdwardsPoint) -> EdwardsPoint {
        *point
    }

    fn recall(&self, remembered: &[([u8; 32], EdwardsPoint)]) -> Vec<EdwardsPoint> {
        remembered.iter().map(|(_, point)| *point).collect()
    }

    fn multiply(&self, terms: &Terms<'_, EdwardsPoint>) -> EdwardsPoint {
        let short = terms.short.iter().map(|coefficient| Scalar::from(*coefficient));
        let scalars = short.chain(terms.long.iter().copied()).chain([terms.base]);
        let points = terms.short_points.iter().chain(terms.long_points);
        EdwardsPoint::vartime_multiscalar_mul(
            scalars.collect::<Vec<_>>(),
            points.chain([&ED25519_BASEPOINT_POINT]),
        )
    }

    fn subtract(&self, whole: &EdwardsPoint, part: &EdwardsPoint) -> EdwardsPoint {
        whole - part
    }

    fn is_small(&self, sum: &EdwardsPoint) -> bool {
        sum.mul_by_cofactor().is_identity()
    }
}
