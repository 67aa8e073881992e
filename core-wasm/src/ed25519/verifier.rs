//! Which backend checks a batch, and what happens when it errs.

use super::arithmetic::Arithmetic;
use super::batch::Batch;
use super::cache::Cache;
#[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
use super::fma::Fma;
use super::integer::{self, Integer};
use super::search::{Contradiction, Search};
use super::{Backend, Check, Verdicts};

/// Larger batches gain little and fail more dearly.
const BATCH_MAX: usize = 2048;

/// Checks signatures, remembers keys, and learns when not to trust its arithmetic.
pub struct Verifier {
    engine: Box<dyn Engine>,
    backend: Backend,
    /// What others cannot know, if the host gave anything.
    secret: [u8; 32],
}

impl Verifier {
    /// By the fastest arithmetic that this machine has.
    pub fn new() -> Self {
        #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
        if let Some(fma) = Fma::new() {
            return Self::of(fma, Backend::Fma);
        }
        Self::of(Integer, Backend::Integer)
    }

    /// By this arithmetic, as long as it is not found to err.
    pub fn of<A: Arithmetic + 'static>(arithmetic: A, backend: Backend) -> Self {
        let secret = [0; 32];
        Self { engine: engine(arithmetic, &secret), backend, secret }
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Mixes entropy of the host into the secret.
    pub fn add_entropy(&mut self, entropy: &[u8]) {
        let mixed = blake3::Hasher::new_keyed(&self.secret).update(entropy).finalize();
        self.secret = *mixed.as_bytes();
        self.engine.forget_keys(&self.secret);
    }

    /// Goes from the front until `most` bad ones are found.
    pub fn find(&mut self, checks: &[Check<'_>], seed: &[u8; 32], most: usize) -> Verdicts {
        let mut bad = Vec::new();
        for (part, start) in checks.chunks(BATCH_MAX).zip((0..).step_by(BATCH_MAX)) {
            let found = self.find_in_part(part, seed, most - bad.len());
            bad.extend(found.bad.iter().map(|place| start + place));
            if bad.len() == most {
                break;
            }
        }
        Verdicts::up_to(most, bad, checks.len())
    }

    fn find_in_part(&mut self, checks: &[Check<'_>], seed: &[u8; 32], most: usize) -> Verdicts {
        if checks.len() >= self.engine.together_min() {
            match self.engine.find(checks, &self.secret, seed, most) {
                Ok(verdicts) => return verdicts,
                Err(Contradiction) => self.distrust(),
            }
        }
        let places = (0..checks.len()).filter(|place| !integer::verify(&checks[*place]));
        Verdicts::up_to(most, places.take(most).collect(), checks.len())
    }

    fn distrust(&mut self) {
        self.backend = Backend::Distrusted;
        self.engine = engine(Integer, &self.secret);
    }
}

/// An arithmetic with the keys that it knows.
trait Engine {
    /// From how many signatures on a batch is cheaper than one by one.
    fn together_min(&self) -> usize;

    /// See [`Verifier::find`].
    fn find(
        &mut self,
        checks: &[Check<'_>],
        secret: &[u8; 32],
        seed: &[u8; 32],
        most: usize,
    ) -> Result<Verdicts, Contradiction>;

    fn forget_keys(&mut self, secret: &[u8; 32]);
}

struct Keyed<A: Arithmetic> {
    arithmetic: A,
    cache: Cache<A::Hint>,
}

fn engine<A: Arithmetic + 'static>(arithmetic: A, secret: &[u8; 32]) -> Box<dyn Engine> {
    Box::new(Keyed { arithmetic, cache: Cache::new(secret) })
}

impl<A: Arithmetic> Engine for Keyed<A> {
    fn together_min(&self) -> usize {
        A::TOGETHER_MIN
    }

    fn find(
        &mut self,
        checks: &[Check<'_>],
        secret: &[u8; 32],
        seed: &[u8; 32],
        most: usize,
    ) -> Result<Verdicts, Contradiction> {
        let batch = Batch::new(&self.arithmetic, &mut self.cache, checks, secret, seed);
        let verdicts = Search::new(&self.arithmetic, &batch, checks).run(most)?;
        // Who sends what is bad shall not push out the keys of others.
        if verdicts.bad.is_empty() {
            for (key, point) in batch.new_keys() {
                self.cache.insert(key, self.arithmetic.hint(&point));
            }
        }
        Ok(verdicts)
    }

    fn forget_keys(&mut self, secret: &[u8; 32]) {
        self.cache = Cache::new(secret);
    }
}
