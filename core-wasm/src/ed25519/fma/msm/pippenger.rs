//! Buckets: each window of bits adds every point once, to the bucket of its
//! digit (Pippenger's method, with signed digits).

use super::{bits_at, Terms, ADD, ADD_POINT, LONG_BITS, SHORT_BITS};
use crate::ed25519::fma::point::{Addend, Point};

const WINDOW_MAX: usize = 12;

/// About how many multiplications [`sum`] takes.
pub fn cost(terms: &Terms<'_>) -> usize {
    cost_by(best_window(terms), terms)
}

fn cost_by(window: usize, terms: &Terms<'_>) -> usize {
    let additions = terms.short.len() * windows(SHORT_BITS, window)
        + terms.long.len() * windows(LONG_BITS, window);
    let buckets = windows(LONG_BITS, window) * (1 << (window - 1));
    additions * ADD + buckets * 2 * ADD_POINT
}

fn best_window(terms: &Terms<'_>) -> usize {
    (2..=WINDOW_MAX).min_by_key(|window| cost_by(*window, terms)).unwrap_or(WINDOW_MAX)
}

/// Enough for `bits` and the carry of the highest digit.
fn windows(bits: usize, window: usize) -> usize {
    bits / window + 1
}

/// The sum of the terms.
pub fn sum(terms: &Terms<'_>) -> Point {
    let window = best_window(terms);
    let short = Digits::new(terms.short_bytes(), SHORT_BITS, window);
    let long = Digits::new(terms.long_bytes(), LONG_BITS, window);
    let mut buckets = vec![Point::identity(); 1 << (window - 1)];
    let mut sum = Point::identity();
    for index in (0..windows(LONG_BITS, window)).rev() {
        for _ in 0..window {
            sum = sum.doubled();
        }
        buckets.fill(Point::identity());
        fill(&mut buckets, short.column(index), terms.short_points);
        fill(&mut buckets, long.column(index), terms.long_points);
        sum = sum.plus(&weighted(&buckets).addend());
    }
    sum
}

/// Adds each point to the bucket of its digit, or takes it off where that is negative.
fn fill(buckets: &mut [Point], digits: &[i16], points: &[Addend]) {
    for (&digit, point) in digits.iter().zip(points) {
        if digit == 0 {
            continue;
        }
        buckets[usize::from(digit.unsigned_abs()) - 1].add(point, digit < 0);
    }
}

/// `sum((i + 1) * buckets[i])`: the sum of all sums from the end.
fn weighted(buckets: &[Point]) -> Point {
    let (mut running, mut sum) = (Point::identity(), Point::identity());
    for bucket in buckets.iter().rev() {
        running.add(&bucket.addend(), false);
        sum.add(&running.addend(), false);
    }
    sum
}

/// Coefficients as digits from `-2^(window - 1)`, exclusive, to `2^(window - 1)`.
struct Digits {
    count: usize,
    /// One column per window, lowest first.
    columns: Vec<i16>,
}

impl Digits {
    fn new(scalars: impl Iterator<Item = [u8; 32]>, bits: usize, window: usize) -> Self {
        let rows: Vec<[u8; 32]> = scalars.collect();
        let count = rows.len();
        let mut columns = vec![0; windows(bits, window) * count];
        for (at, bytes) in rows.iter().enumerate() {
            let mut carry = 0;
            for index in 0..windows(bits, window) {
                let bits = bits_at(bytes, index * window) & ((1 << window) - 1);
                let digit = bits as i32 + carry;
                carry = i32::from(digit > 1 << (window - 1));
                columns[index * count + at] = (digit - (carry << window)) as i16;
            }
        }
        Self { count, columns }
    }

    /// Empty beyond the last window.
    fn column(&self, index: usize) -> &[i16] {
        self.columns.get(index * self.count..(index + 1) * self.count).unwrap_or(&[])
    }
}
