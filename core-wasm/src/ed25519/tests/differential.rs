//! `SIGNATURES` sets how many are compared.

use super::corpus::{any, plain, Dice, Signed};
use crate::ed25519::arithmetic::Arithmetic;
use crate::ed25519::fma::Fma;
use crate::ed25519::integer::Integer;
use crate::ed25519::verifier::Verifier;
use crate::ed25519::{Backend, Check, Verdicts};

fn count() -> usize {
    std::env::var("SIGNATURES").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000)
}

/// Batches of every size up to 300, from all good to all bad.
fn batch(dice: &mut Dice) -> Vec<Signed> {
    let size_max = [4, 40, 300][dice.below(3)];
    let (size, odd) = (1 + dice.below(size_max), dice.below(6));
    let kind = |dice: &mut Dice| match odd {
        0 => plain(dice, 1 << 20),
        1 => plain(dice, 3),
        2 if dice.below(100) > 0 => plain(dice, 40),
        _ => any(dice),
    };
    (0..size).map(|_| kind(dice)).collect()
}

fn agrees_with_the_library<A: Arithmetic + 'static>(arithmetic: A, backend: Backend) {
    let seed = std::env::var("SIGNATURES_SEED").ok().and_then(|text| text.parse().ok());
    let mut dice = Dice(seed.unwrap_or(1));
    let mut verifier = Verifier::of(arithmetic, backend);
    let (mut compared, mut valid) = (0, 0);
    while compared < count() {
        let start = dice.0;
        let batch = batch(&mut dice);
        let checks: Vec<Check<'_>> = batch.iter().map(Signed::check).collect();
        let expected: Vec<usize> = (0..checks.len()).filter(|at| !checks[*at].holds()).collect();
        for most in [usize::MAX, 1, 3] {
            let expected = Verdicts::up_to(most, expected.clone(), checks.len());
            let found = verifier.find(&checks, &[1; 32], most);
            assert_eq!(found, expected, "SIGNATURES_SEED={start}");
        }
        // Not because the library was asked in its place.
        assert_eq!(verifier.backend(), backend, "SIGNATURES_SEED={start}");
        compared += checks.len();
        valid += checks.len() - expected.len();
    }
    assert!(valid > compared / 4 && valid < compared);
}

#[test]
fn multiply_add_agrees_with_the_library() {
    agrees_with_the_library(Fma::new().unwrap(), Backend::Fma);
}

#[test]
fn integers_agree_with_the_library() {
    agrees_with_the_library(Integer, Backend::Integer);
}
