//! What a search costs, and what happens when the arithmetic errs.

use super::corpus::{plain, Dice, Signed};
use crate::ed25519::arithmetic::{Arithmetic, Terms};
use crate::ed25519::integer::Integer;
use crate::ed25519::verifier::Verifier;
use crate::ed25519::{add_entropy, backend, verify_all, verify_batch, Backend, Check, Verdicts};
use core::cell::Cell;
use curve25519_dalek::edwards::EdwardsPoint;
use std::rc::Rc;

/// How it errs.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// It takes every sum for small.
    AcceptsAll,
    /// It takes no sum for small.
    AcceptsNone,
    /// It finds no points.
    NoPoints,
}

/// Integers that count what they sum over, and err on demand.
struct Watched {
    fault: Fault,
    summed: Rc<Cell<usize>>,
}

impl Arithmetic for Watched {
    type Point = EdwardsPoint;
    type Hint = EdwardsPoint;
    type Sum = EdwardsPoint;
    const TOGETHER_MIN: usize = 2;

    fn decompress(&self, encodings: &[[u8; 32]]) -> Vec<Option<EdwardsPoint>> {
        match self.fault {
            Fault::NoPoints => vec![None; encodings.len()],
            _ => Integer.decompress(encodings),
        }
    }

    fn hint(&self, point: &EdwardsPoint) -> EdwardsPoint {
        Integer.hint(point)
    }

    fn recall(&self, remembered: &[([u8; 32], EdwardsPoint)]) -> Vec<EdwardsPoint> {
        Integer.recall(remembered)
    }

    fn multiply(&self, terms: &Terms<'_, EdwardsPoint>) -> EdwardsPoint {
        self.summed.set(self.summed.get() + terms.short.len());
        Integer.multiply(terms)
    }

    fn subtract(&self, whole: &EdwardsPoint, part: &EdwardsPoint) -> EdwardsPoint {
        Integer.subtract(whole, part)
    }

    fn is_small(&self, sum: &EdwardsPoint) -> bool {
        match self.fault {
            Fault::AcceptsAll => true,
            Fault::AcceptsNone => false,
            _ => Integer.is_small(sum),
        }
    }
}

fn watched(fault: Fault) -> (Verifier, Rc<Cell<usize>>) {
    let summed = Rc::new(Cell::new(0));
    (Verifier::of(Watched { fault, summed: summed.clone() }, Backend::Fma), summed)
}

/// `count` signatures of which those at `bad` are spoiled.
fn spoiled(count: usize, bad: &[usize]) -> Vec<Signed> {
    let mut dice = Dice(count as u64);
    let mut batch: Vec<Signed> = (0..count).map(|_| plain(&mut dice, 64)).collect();
    for at in bad {
        batch[*at].signature[40] ^= 1;
    }
    batch
}

fn find(verifier: &mut Verifier, batch: &[Signed], most: usize) -> Verdicts {
    let checks: Vec<Check<'_>> = batch.iter().map(Signed::check).collect();
    verifier.find(&checks, &[0; 32], most)
}

fn bad(verifier: &mut Verifier, batch: &[Signed]) -> Vec<usize> {
    let Verdicts { bad, judged } = find(verifier, batch, usize::MAX);
    assert_eq!(judged, batch.len());
    bad
}

#[test]
fn a_lone_bad_signature_costs_as_much_again_as_its_batch() {
    for place in [0, 1, 300, 511] {
        let (mut verifier, summed) = watched(Fault::None);
        assert_eq!(bad(&mut verifier, &spoiled(512, &[place])), [place]);
        assert!(summed.get() < 2 * 512, "{} for {place}", summed.get());
    }
}

#[test]
fn many_bad_signatures_cost_no_more_than_their_share_of_sums() {
    for step in [1, 2, 5, 16, 64, 200] {
        let places: Vec<usize> = (0..512).step_by(step).collect();
        let (mut verifier, summed) = watched(Fault::None);
        assert_eq!(bad(&mut verifier, &spoiled(512, &places)), places);
        // As many again at the start, and four for each that was accepted.
        let most = 2 * 512 + 4 * (512 - places.len());
        assert!(summed.get() <= most, "{} for every {step}th", summed.get());
    }
}

#[test]
fn the_first_bad_signature_costs_no_more_where_there_are_many() {
    for step in [1, 2, 64, 200] {
        let places: Vec<usize> = (7..512).step_by(step).collect();
        let (mut verifier, summed) = watched(Fault::None);
        assert_eq!(
            find(&mut verifier, &spoiled(512, &places), 1),
            Verdicts { bad: vec![7], judged: 8 }
        );
        assert!(summed.get() < 2 * 512, "{} for every {step}th", summed.get());
    }
}

#[test]
fn what_is_larger_than_a_batch_is_checked_to_its_end() {
    let (mut verifier, _) = watched(Fault::None);
    let batch = spoiled(5_000, &[4, 2_047, 2_048, 4_999]);
    assert_eq!(bad(&mut verifier, &batch), [4, 2_047, 2_048, 4_999]);
    for (most, judged) in [(1, 5), (2, 2_048), (3, 2_049), (4, 5_000), (5, 5_000)] {
        let verdicts = find(&mut verifier, &batch, most);
        assert_eq!((verdicts.bad.len(), verdicts.judged), (most.min(4), judged));
    }
}

#[test]
fn an_arithmetic_that_refuses_what_is_valid_changes_no_verdict_and_is_left() {
    for fault in [Fault::AcceptsNone, Fault::NoPoints] {
        let (mut verifier, _) = watched(fault);
        assert_eq!(bad(&mut verifier, &spoiled(40, &[])), []);
        assert_eq!(verifier.backend(), Backend::Distrusted);
        let (mut verifier, _) = watched(fault);
        assert_eq!(bad(&mut verifier, &spoiled(40, &[3, 30])), [3, 30]);
    }
}

#[test]
fn an_arithmetic_that_accepts_what_is_bad_is_found_out_by_samples() {
    let (mut verifier, _) = watched(Fault::AcceptsAll);
    let all: Vec<usize> = (0..1_024).collect();
    // Two of them are sampled, wherever the sample begins.
    assert_eq!(bad(&mut verifier, &spoiled(1_024, &all)), all);
    assert_eq!(verifier.backend(), Backend::Distrusted);
    assert_eq!(bad(&mut verifier, &spoiled(40, &[5])), [5]);
}

#[test]
fn entropy_changes_no_verdict() {
    let batch = spoiled(100, &[42]);
    let checks: Vec<Check<'_>> = batch.iter().map(Signed::check).collect();
    let before = verify_batch(&checks, &[0; 32]);
    add_entropy(&[1, 2, 3]);
    assert_eq!(verify_batch(&checks, &[0; 32]), before);
    assert!(!verify_all(&checks, &[0; 32]));
    assert!(verify_all(&checks[..42], &[0; 32]));
    assert_eq!(backend(), Backend::Fma);
}
