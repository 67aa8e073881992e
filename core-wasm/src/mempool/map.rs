//! Hash maps keyed by 32 bytes that are hashes or keys already.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Never walked: nothing depends on the order of entries.
pub(super) type BytesMap<V> = HashMap<[u8; 32], V, BuildHasherDefault<FirstBytes>>;

/// Mixes the first eight bytes. Whoever grinds ids or keys to collide pays a
/// hash or a key for each, and gains some comparisons: less than the signature
/// that admitting one of them costs us.
#[derive(Default)]
pub(super) struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let first = bytes.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
        let wide = u128::from(first) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (wide >> 64) as u64 ^ wide as u64;
    }

    // The length of an array says nothing.
    fn write_usize(&mut self, _: usize) {}
}
