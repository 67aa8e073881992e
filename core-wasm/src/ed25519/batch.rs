//! The equation of a batch.
//!
//! By ZIP-215 a signature `(R, s)` of `M` by `A` is valid where
//! `8 (s B - R - k A) = 0` with `k = SHA-512(R | A | M)`. Of many signatures with
//! coefficients `z` that nobody could foresee, `8 sum(z (R + k A - s B)) = 0`
//! holds for certain where all are valid, and with probability at most `2^-128`
//! where one is not: 8 times the error of that one is not 0 and lies in the
//! group of prime order, so a single `z` of `2^128` annuls the sum.
//!
//! Terms with one key are one term: `sum(z k) A`.

use super::arithmetic::{Arithmetic, Terms};
use super::cache::Cache;
use super::{Check, PublicKey};
use core::ops::Range;
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

/// Signatures in the equation.
pub struct Batch<P> {
    items: Vec<Item>,
    /// `R` of each item.
    commitments: Vec<P>,
    keys: Vec<Key<P>>,
    /// Places, ascending, of checks that fit into no equation: no point for `A`
    /// or `R`, or an `s` that is not below the group order.
    malformed: Vec<usize>,
    /// Drawn like the coefficients, for whoever needs chance.
    draw: u64,
}

struct Item {
    /// Its place among the checks.
    at: usize,
    /// Its place among the keys.
    key: usize,
    z: u128,
    zk: Scalar,
    zs: Scalar,
}

struct Key<P> {
    encoding: PublicKey,
    point: Option<P>,
    is_new: bool,
}

impl<P: Copy> Batch<P> {
    /// `secret` and `seed` are mixed with all that is checked to draw the
    /// coefficients: nobody knows them before the signatures are made, even who
    /// knows both.
    pub fn new<A: Arithmetic<Point = P>>(
        arithmetic: &A,
        cache: &mut Cache<A::Hint>,
        checks: &[Check<'_>],
        secret: &[u8; 32],
        seed: &[u8; 32],
    ) -> Self {
        let (mut keys, key_of) = distinct_keys(arithmetic, checks, cache);
        let new = keys.iter().filter(|key| key.is_new).map(|key| key.encoding);
        let encodings: Vec<[u8; 32]> = new.chain(checks.iter().map(commitment)).collect();
        let mut points = arithmetic.decompress(&encodings).into_iter();
        for key in keys.iter_mut().filter(|key| key.is_new) {
            key.point = points.next().flatten();
        }

        let mut transcript = blake3::Hasher::new_keyed(secret);
        transcript.update(seed);
        let mut batch = Self {
            items: Vec::with_capacity(checks.len()),
            commitments: Vec::with_capacity(checks.len()),
            keys,
            malformed: Vec::new(),
            draw: 0,
        };
        for (at, (check, commitment)) in checks.iter().zip(points).enumerate() {
            let key = key_of[at];
            let whole = (commitment, scalar(check), batch.keys[key].point);
            let (Some(commitment), Some(s), Some(_)) = whole else {
                batch.malformed.push(at);
                continue;
            };
            let k = challenge(check);
            // k stands for R, A and M, of which it is a hash.
            transcript.update(k.as_bytes()).update(s.as_bytes());
            batch.commitments.push(commitment);
            batch.items.push(Item { at, key, z: 0, zk: k, zs: s });
        }
        batch.draw_coefficients(transcript.finalize_xof());
        batch
    }

    fn draw_coefficients(&mut self, mut transcript: blake3::OutputReader) {
        for item in &mut self.items {
            let mut bytes = [0; 16];
            transcript.fill(&mut bytes);
            item.z = u128::from_le_bytes(bytes);
            let z = Scalar::from(item.z);
            item.zk *= z;
            item.zs *= z;
        }
        let mut bytes = [0; 8];
        transcript.fill(&mut bytes);
        self.draw = u64::from_le_bytes(bytes);
    }

    /// How many are in the equation.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Where an item stands among the checks.
    pub fn place(&self, item: usize) -> usize {
        self.items[item].at
    }

    /// Places, ascending, of checks that are in no equation.
    pub fn malformed(&self) -> &[usize] {
        &self.malformed
    }

    /// A number that nobody could foresee.
    pub fn draw(&self) -> u64 {
        self.draw
    }

    /// The keys that the cache did not know.
    pub fn new_keys(&self) -> impl Iterator<Item = (&PublicKey, P)> {
        let new = self.keys.iter().filter(|key| key.is_new);
        new.filter_map(|key| Some((&key.encoding, key.point?)))
    }

    /// `sum(z (R + k A - s B))` over items that stand beside each other. Any
    /// such sum can be relied on: the coefficients are independent.
    pub fn sum<A: Arithmetic<Point = P>>(&self, arithmetic: &A, range: Range<usize>) -> A::Sum {
        let items = &self.items[range.clone()];
        let mut by_key: Vec<&Item> = items.iter().collect();
        by_key.sort_unstable_by_key(|item| item.key);
        let of_one_key = by_key.chunk_by(|one, other| one.key == other.key);
        let (long, long_points): (Vec<Scalar>, Vec<P>) = of_one_key
            .filter_map(|same| {
                let point = self.keys[same[0].key].point?;
                Some((same.iter().map(|item| item.zk).sum::<Scalar>(), point))
            })
            .unzip();
        let short: Vec<u128> = items.iter().map(|item| item.z).collect();
        arithmetic.multiply(&Terms {
            base: -items.iter().map(|item| item.zs).sum::<Scalar>(),
            short: &short,
            short_points: &self.commitments[range],
            long: &long,
            long_points: &long_points,
        })
    }
}

/// Each key once, with its point where that is known, and which one each check
/// names.
fn distinct_keys<A: Arithmetic>(
    arithmetic: &A,
    checks: &[Check<'_>],
    cache: &mut Cache<A::Hint>,
) -> (Vec<Key<A::Point>>, Vec<usize>) {
    let mut order: Vec<usize> = (0..checks.len()).collect();
    order.sort_unstable_by_key(|at| checks[*at].public_key);
    let (mut keys, mut known) = (Vec::new(), Vec::new());
    let mut key_of = vec![0; checks.len()];
    for same in order.chunk_by(|one, other| checks[*one].public_key == checks[*other].public_key) {
        let encoding = *checks[same[0]].public_key;
        let hint = cache.get(&encoding);
        known.extend(hint.map(|hint| (encoding, hint)));
        same.iter().for_each(|at| key_of[*at] = keys.len());
        keys.push(Key { encoding, point: None, is_new: hint.is_none() });
    }
    let points = arithmetic.recall(&known);
    for (key, point) in keys.iter_mut().filter(|key| !key.is_new).zip(points) {
        key.point = Some(point);
    }
    (keys, key_of)
}

fn commitment(check: &Check<'_>) -> [u8; 32] {
    let [commitment, _] = halves(check);
    commitment
}

fn scalar(check: &Check<'_>) -> Option<Scalar> {
    let [_, s] = halves(check);
    Scalar::from_canonical_bytes(s).into()
}

/// `R` and `s`.
fn halves(check: &Check<'_>) -> [[u8; 32]; 2] {
    let (halves, _) = check.signature.as_chunks::<32>();
    [halves[0], halves[1]]
}

/// `SHA-512(R | A | M)` modulo the group order.
fn challenge(check: &Check<'_>) -> Scalar {
    let hash = Sha512::new()
        .chain_update(commitment(check))
        .chain_update(check.public_key)
        .chain_update(check.message)
        .finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}
