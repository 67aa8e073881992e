//! A table of odd multiples for each point, and coefficients of few digits that
//! are not zero (Straus' method, with non-adjacent forms).

use super::{bits_at, Terms, ADD, ADD_POINT, LONG_BITS, SHORT_BITS};
use crate::ed25519::fma::point::{Addend, Point};

/// Digits are odd and lie between `-2^(WIDTH - 1)` and `2^(WIDTH - 1)`; of
/// `WIDTH + 1` bits beside each other one digit is not zero, on average.
const WIDTH: usize = 5;
const TABLE: usize = 1 << (WIDTH - 2);
/// Of a coefficient, and the carry of the highest digit.
const ROWS: usize = LONG_BITS + 1;

/// About how many multiplications [`sum`] takes.
pub fn cost(terms: &Terms<'_>) -> usize {
    let of_point = |bits: usize| TABLE * ADD_POINT + bits / (WIDTH + 1) * ADD;
    terms.short.len() * of_point(SHORT_BITS) + terms.long.len() * of_point(LONG_BITS)
}

/// The sum of the terms.
pub fn sum(terms: &Terms<'_>) -> Point {
    let points = terms.short_points.iter().chain(terms.long_points);
    let tables: Vec<[Addend; TABLE]> = points.map(odd_multiples).collect();
    let count = tables.len();
    let mut rows = vec![0i8; ROWS * count];
    for (at, bytes) in terms.short_bytes().chain(terms.long_bytes()).enumerate() {
        write_digits(&bytes, |bit, digit| rows[bit * count + at] = digit);
    }
    let mut sum = Point::identity();
    for row in rows.chunks(count.max(1)).rev() {
        sum = sum.doubled();
        for (&digit, table) in row.iter().zip(&tables) {
            if digit != 0 {
                sum.add(&table[usize::from(digit.unsigned_abs()) / 2], digit < 0);
            }
        }
    }
    sum
}

/// Once, three times, five times… the point.
fn odd_multiples(point: &Addend) -> [Addend; TABLE] {
    let mut multiple = Point::identity().plus(point);
    let twice = multiple.doubled().addend();
    let mut table = [*point; TABLE];
    for entry in &mut table[1..] {
        multiple = multiple.plus(&twice);
        *entry = multiple.addend();
    }
    table
}

/// Names the digits that are not zero, each with its bit.
fn write_digits(bytes: &[u8; 32], mut write: impl FnMut(usize, i8)) {
    let (mut bit, mut carry) = (0, 0);
    while bit < ROWS {
        let window = (bits_at(bytes, bit) & ((1 << WIDTH) - 1)) as i32 + carry;
        if window % 2 == 0 {
            // The carry stays: 0 + 0, or 1 + 1.
            bit += 1;
            continue;
        }
        carry = i32::from(window > 1 << (WIDTH - 1));
        write(bit, (window - (carry << WIDTH)) as i8);
        bit += WIDTH;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::scalar::Scalar;

    #[test]
    fn digits_are_odd_and_sum_to_the_coefficient() {
        let hashes = (0..200u32).map(|n| *blake3::hash(&n.to_le_bytes()).as_bytes());
        let extremes = [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::from(u128::MAX)];
        for scalar in hashes.map(Scalar::from_bytes_mod_order).chain(extremes) {
            let mut sum = Scalar::ZERO;
            write_digits(scalar.as_bytes(), |bit, digit| {
                assert!(digit % 2 != 0 && digit.unsigned_abs() < 1 << (WIDTH - 1));
                let power = (0..bit).fold(Scalar::ONE, |power, _| power + power);
                let term = power * Scalar::from(digit.unsigned_abs());
                sum += if digit > 0 { term } else { -term };
            });
            assert_eq!(sum, scalar);
        }
    }
}
