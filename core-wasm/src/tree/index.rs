//! Where to look for a key first: one cache line names the leaf.

use super::Key;

const PLACES: usize = 16;
/// Keys per bucket, on average, at which there are made more buckets. A bucket
/// is then too small for one key in two hundred.
const LOAD_MAX: usize = 10;
/// An entry is 0, or the leaf's number plus one under eight bits of the key's mix.
const LEAF_BITS: u32 = 24;
const LEAF_MASK: u32 = (1 << LEAF_BITS) - 1;

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Bucket([u32; PLACES]);

/// Hints from keys to leaves. It may lack a key, as a full bucket takes no more
/// and numbers beyond 2^24 are not taken: what is not found here is looked for
/// in the trie. So nobody gains from keys that collide but the walk that every
/// look-up would be without the index.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    buckets: Vec<Bucket>,
}

impl KeyIndex {
    /// With room for so many keys.
    pub fn for_count(count: usize) -> KeyIndex {
        KeyIndex { buckets: vec![Bucket::default(); count / LOAD_MAX + 1] }
    }

    /// Whether so many keys ask for more room; half as much again is enough.
    pub fn is_small_for(&self, count: usize) -> bool {
        count >= self.buckets.len() * LOAD_MAX
    }

    /// Leaves that may have the key: nearly always it, or none.
    pub fn candidates(&self, key: &Key) -> impl Iterator<Item = usize> + '_ {
        let (bucket, tag) = self.place(key);
        let entries = self.buckets.get(bucket).map_or(&[][..], |bucket| &bucket.0);
        entries
            .iter()
            .filter(move |entry| **entry & !LEAF_MASK == tag && **entry & LEAF_MASK != 0)
            .map(|entry| (entry & LEAF_MASK) as usize - 1)
    }

    /// Notes a leaf where there is room.
    pub fn add(&mut self, key: &Key, leaf: u32) {
        let (bucket, tag) = self.place(key);
        let Some(bucket) = self.buckets.get_mut(bucket) else { return };
        if let Some(entry) = bucket.0.iter_mut().find(|entry| **entry == 0) {
            if leaf < LEAF_MASK {
                *entry = tag | (leaf + 1);
            }
        }
    }

    /// Forgets a leaf.
    pub fn remove(&mut self, key: &Key, leaf: u32) {
        let (bucket, tag) = self.place(key);
        let Some(bucket) = self.buckets.get_mut(bucket) else { return };
        if leaf < LEAF_MASK {
            if let Some(entry) = bucket.0.iter_mut().find(|entry| **entry == tag | (leaf + 1)) {
                *entry = 0;
            }
        }
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        self.buckets.capacity() * size_of::<Bucket>()
    }

    /// Bucket and tag.
    fn place(&self, key: &Key) -> (usize, u32) {
        let mix = key.mix();
        let bucket = (u64::from((mix >> 32) as u32) * self.buckets.len() as u64) >> 32;
        (bucket as usize, (mix as u32) & !LEAF_MASK)
    }
}
