//! ed25519 signatures by the rules of ZIP-215: which signatures are valid does
//! not depend on whether they are checked alone or together.
//!
//! Single ones are checked by a published library of integer arithmetic. Batches
//! are one equation each (`batch`), over an arithmetic that is chosen at the
//! start (`verifier`): floating-point multiply-add (`fma`) where the machine
//! fuses it, else integers. Whatever an equation does not accept, the library
//! judges; of what it accepts, the library judges a random sample (`search`).
//! Where the two ever differ, the library's word counts, and the instance uses
//! integers from then on.
//!
//! Everything here is public, so nothing is constant-time, but for the signing
//! of tests and tools, which is the library's.
#![forbid(unsafe_code)]

mod arithmetic;
mod batch;
mod cache;
#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
mod fma;
mod integer;
mod search;
#[cfg(test)]
mod tests;
mod verifier;

use core::cell::RefCell;
use ed25519_zebra::{SigningKey, VerificationKeyBytes};
use verifier::Verifier;

/// Compressed point.
pub type PublicKey = [u8; 32];
/// `R | s`.
pub type SignatureBytes = [u8; 64];

/// One signature to check.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Whose signature it should be.
    pub public_key: &'a PublicKey,
    /// What should be signed.
    pub message: &'a [u8],
    /// `R | s`.
    pub signature: &'a SignatureBytes,
}

impl Check<'_> {
    /// Whether the signature is valid.
    pub fn holds(&self) -> bool {
        integer::verify(self)
    }
}

/// What was found out about signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// Places of the bad ones, ascending.
    pub bad: Vec<usize>,
    /// How many were judged, from the front: all, or up to the last bad one.
    pub judged: usize,
}

impl Verdicts {
    /// Where the search ended once `most` bad ones were found.
    fn up_to(most: usize, mut bad: Vec<usize>, count: usize) -> Self {
        bad.truncate(most);
        let ended = bad.last().filter(|_| bad.len() == most).map(|last| last + 1);
        Self { judged: ended.unwrap_or(count), bad }
    }

    /// Whether a signature is valid, if it was judged.
    pub fn of(&self, place: usize) -> Option<bool> {
        (place < self.judged).then(|| self.bad.binary_search(&place).is_err())
    }
}

/// What checks batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Fused floating-point multiply-add.
    Fma,
    /// Integers, as this machine or this artefact does not fuse.
    Integer,
    /// Integers, as the two contradicted each other once.
    Distrusted,
}

impl Backend {
    /// One word, for logs.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Fma => "fma",
            Backend::Integer => "integer",
            Backend::Distrusted => "distrusted",
        }
    }
}

thread_local! {
    /// Nothing that it remembers changes a verdict.
    static VERIFIER: RefCell<Verifier> = RefCell::new(Verifier::new());
}

/// Whether a signature is valid.
pub fn verify(public_key: &PublicKey, message: &[u8], signature: &SignatureBytes) -> bool {
    integer::verify(&Check { public_key, message, signature })
}

/// Whether the bytes are a point of the curve, so that a key may exist for them.
pub fn is_public_key(public_key: &PublicKey) -> bool {
    integer::is_point(public_key)
}

/// Which of the signatures are valid. `seed` is mixed with all that is checked,
/// and with [`add_entropy`]'s, to draw the batch coefficients: they can be known
/// by nobody before the signatures are, even where the seed is.
pub fn verify_batch(checks: &[Check<'_>], seed: &[u8; 32]) -> Vec<bool> {
    let mut valid = vec![true; checks.len()];
    for place in find_invalid(checks, seed, usize::MAX).bad {
        valid[place] = false;
    }
    valid
}

/// Goes from the front until `most` (at least one) that are not valid are found,
/// so that who sends bad signatures does not have all of them searched for.
pub fn find_invalid(checks: &[Check<'_>], seed: &[u8; 32], most: usize) -> Verdicts {
    VERIFIER.with_borrow_mut(|verifier| verifier.find(checks, seed, most))
}

/// The place of the first signature that is not valid. However many there are,
/// it costs about twice what valid ones would.
pub fn first_invalid(checks: &[Check<'_>], seed: &[u8; 32]) -> Option<usize> {
    find_invalid(checks, seed, 1).bad.first().copied()
}

/// Whether every one of the signatures is valid.
pub fn verify_all(checks: &[Check<'_>], seed: &[u8; 32]) -> bool {
    first_invalid(checks, seed).is_none()
}

/// Mixes randomness of the host into all batch coefficients of this thread from
/// now on, so that they cannot be tried out beforehand.
pub fn add_entropy(entropy: &[u8]) {
    VERIFIER.with_borrow_mut(|verifier| verifier.add_entropy(entropy));
}

/// What checks the batches of this thread.
pub fn backend() -> Backend {
    VERIFIER.with_borrow(Verifier::backend)
}

/// The public key of a seed (RFC 8032 private key).
pub fn public_key_of(seed: &[u8; 32]) -> PublicKey {
    VerificationKeyBytes::from(&SigningKey::from(*seed)).into()
}

/// The signature of RFC 8032: deterministic. For tests and tools; a node signs
/// through its signer.
pub fn sign_with(seed: &[u8; 32], message: &[u8]) -> SignatureBytes {
    SigningKey::from(*seed).sign(message).to_bytes()
}
