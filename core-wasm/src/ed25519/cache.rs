//! Public keys that were decompressed: it costs as much as a tenth of a
//! verification, and senders come back.

use super::PublicKey;
use core::hash::{BuildHasher, Hasher};
use std::collections::HashMap;
use std::hash::DefaultHasher;

/// How many keys are remembered at most, in two generations: as many as tables
/// of 2^17 places take. With 64 bytes for each key and its hint, and one byte of
/// the table's own, 17 MB when both are full; with the integers' 160 bytes for a
/// hint, three times that.
pub const KEYS_MAX: usize = 2 * 114_688;

/// When the young generation is full it becomes the old one, and what was old
/// and not asked for since is forgotten.
pub struct Cache<H> {
    young: HashMap<PublicKey, H, Keyed>,
    old: HashMap<PublicKey, H, Keyed>,
}

impl<H: Copy> Cache<H> {
    /// `entropy` decides where keys stand: who does not know it cannot make many
    /// keys for one place.
    pub fn new(entropy: &[u8; 32]) -> Self {
        let keyed = Keyed::new(entropy);
        Self { young: HashMap::with_hasher(keyed.clone()), old: HashMap::with_hasher(keyed) }
    }

    /// What is remembered of a key.
    pub fn get(&mut self, key: &PublicKey) -> Option<H> {
        if let Some(hint) = self.young.get(key) {
            return Some(*hint);
        }
        let hint = *self.old.get(key)?;
        self.insert(key, hint);
        Some(hint)
    }

    /// Remembers a key.
    pub fn insert(&mut self, key: &PublicKey, hint: H) {
        if self.young.len() >= KEYS_MAX / 2 {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(*key, hint);
    }

    /// How many are remembered.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

/// SipHash behind a secret prefix.
#[derive(Clone)]
struct Keyed(DefaultHasher);

impl Keyed {
    fn new(prefix: &[u8; 32]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(prefix);
        Self(hasher)
    }
}

impl BuildHasher for Keyed {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> PublicKey {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&n.to_le_bytes());
        key
    }

    #[test]
    fn a_cache_never_holds_more_than_its_bound() {
        let mut cache = Cache::new(&[1; 32]);
        for n in 0..3 * KEYS_MAX {
            cache.insert(&key(n), n);
            assert!(cache.len() <= KEYS_MAX);
        }
        assert_eq!(cache.get(&key(3 * KEYS_MAX - 1)), Some(3 * KEYS_MAX - 1));
        assert_eq!(cache.get(&key(0)), None);
    }

    #[test]
    fn keys_that_are_asked_for_stay() {
        let mut cache = Cache::new(&[1; 32]);
        cache.insert(&key(0), 0);
        for n in 1..3 * KEYS_MAX {
            cache.insert(&key(n), n);
            assert_eq!(cache.get(&key(0)), Some(0), "after {n}");
        }
    }
}
