//! Which signatures of a batch are bad.
//!
//! Where the sum over a range is not small, the sum over its first half is
//! calculated, and that over the second is the difference: a lone bad signature
//! costs as much again as the batch, however large it is. Nothing is hashed or
//! decompressed twice. Few that are left are checked by the integer backend,
//! one by one, so that each rejection is its word.

use super::arithmetic::Arithmetic;
use super::batch::Batch;
use super::{integer, Check, Verdicts};
use core::ops::Range;

/// Ranges of at most this many are checked one by one.
const ALONE_MAX: usize = 2;
/// What the search may spend, in signatures summed over: at first as many as the
/// batch has, and for each one that a sum accepts this many more. It ends where
/// so many are bad that one by one is cheaper, having cost no more than five
/// batches.
const EARNED: usize = 4;
/// One of this many signatures that a batch accepts is checked once more, by the
/// integer backend.
const SAMPLE: usize = 512;

/// The two backends differ: the arithmetic cannot be relied on.
#[derive(Debug, PartialEq, Eq)]
pub struct Contradiction;

/// A batch in search of its bad signatures.
pub struct Search<'a, A: Arithmetic> {
    arithmetic: &'a A,
    batch: &'a Batch<A::Point>,
    checks: &'a [Check<'a>],
    budget: usize,
}

impl<'a, A: Arithmetic> Search<'a, A> {
    pub fn new(arithmetic: &'a A, batch: &'a Batch<A::Point>, checks: &'a [Check<'a>]) -> Self {
        Self { arithmetic, batch, checks, budget: batch.len() }
    }

    /// Goes from the front until `most` bad ones are found.
    pub fn run(mut self, most: usize) -> Result<Verdicts, Contradiction> {
        let malformed = self.batch.malformed().iter().take(most);
        let mut bad: Vec<usize> = malformed.copied().collect();
        if bad.iter().any(|place| self.holds(*place)) {
            return Err(Contradiction);
        }
        let whole = 0..self.batch.len();
        let sum = self.batch.sum(self.arithmetic, whole.clone());
        bad.extend(self.descend(whole, sum, most)?);
        bad.sort_unstable();
        let verdicts = Verdicts::up_to(most, bad, self.checks.len());
        self.sample(&verdicts)?;
        Ok(verdicts)
    }

    /// Places of up to `most` bad ones of a range with that sum, ascending.
    fn descend(
        &mut self,
        range: Range<usize>,
        sum: A::Sum,
        most: usize,
    ) -> Result<Vec<usize>, Contradiction> {
        if self.arithmetic.is_small(&sum) {
            self.budget += EARNED * range.len();
            return Ok(Vec::new());
        }
        let middle = range.start + range.len() / 2;
        let bad = if range.len() <= ALONE_MAX || self.budget < middle - range.start {
            self.one_by_one(range, most)
        } else {
            let (left, right) = (range.start..middle, middle..range.end);
            self.budget -= left.len();
            let left_sum = self.batch.sum(self.arithmetic, left.clone());
            let right_sum = self.arithmetic.subtract(&sum, &left_sum);
            let mut bad = self.descend(left, left_sum, most)?;
            if bad.len() < most {
                bad.extend(self.descend(right, right_sum, most - bad.len())?);
            }
            bad
        };
        // A sum that is not small has a bad one in it.
        match bad.is_empty() {
            true => Err(Contradiction),
            false => Ok(bad),
        }
    }

    fn one_by_one(&self, range: Range<usize>, most: usize) -> Vec<usize> {
        let places = range.map(|item| self.batch.place(item));
        places.filter(|place| !self.holds(*place)).take(most).collect()
    }

    /// Checks members that were found good, by chance.
    fn sample(&self, verdicts: &Verdicts) -> Result<(), Contradiction> {
        let first = (self.batch.draw() % SAMPLE as u64) as usize;
        let sampled = (first..self.batch.len()).step_by(SAMPLE).map(|item| self.batch.place(item));
        let mut good = sampled.filter(|place| verdicts.of(*place) == Some(true));
        match good.all(|place| self.holds(place)) {
            true => Ok(()),
            false => Err(Contradiction),
        }
    }

    fn holds(&self, place: usize) -> bool {
        integer::verify(&self.checks[place])
    }
}
