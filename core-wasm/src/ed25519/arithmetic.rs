//! What the equation of a batch needs of the curve.

use curve25519_dalek::scalar::Scalar;

/// One way to calculate with points. All ways give the same answers.
pub trait Arithmetic {
    /// A point that is multiplied.
    type Point: Copy;
    /// What is remembered of a point, beside its encoding.
    type Hint: Copy;
    /// A sum of multiples.
    type Sum;

    /// From how many signatures on a batch is cheaper than one by one.
    const TOGETHER_MIN: usize;

    /// The points of encodings, by the rules of ZIP-215.
    fn decompress(&self, encodings: &[[u8; 32]]) -> Vec<Option<Self::Point>>;

    /// What makes [`Arithmetic::recall`] cheap.
    fn hint(&self, point: &Self::Point) -> Self::Hint;

    /// The points of encodings by the hints that they gave before.
    fn recall(&self, remembered: &[([u8; 32], Self::Hint)]) -> Vec<Self::Point>;

    /// The sum of the terms.
    fn multiply(&self, terms: &Terms<'_, Self::Point>) -> Self::Sum;

    /// `whole - part`.
    fn subtract(&self, whole: &Self::Sum, part: &Self::Sum) -> Self::Sum;

    /// Whether eight times the sum is the neutral element.
    fn is_small(&self, sum: &Self::Sum) -> bool;
}

/// `base * B + sum(short[i] * short_points[i]) + sum(long[i] * long_points[i])`
/// with the base point `B`.
pub struct Terms<'a, P> {
    /// Of the base point.
    pub base: Scalar,
    /// Coefficients of 128 bits.
    pub short: &'a [u128],
    /// As many.
    pub short_points: &'a [P],
    /// Coefficients below the group order.
    pub long: &'a [Scalar],
    /// As many.
    pub long_points: &'a [P],
}
