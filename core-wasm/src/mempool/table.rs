//! Finds what is stored elsewhere by 32 bytes that are a hash or a key already.

use hashbrown::HashTable;

/// For each item a part of its key, and its index. Never walked: nothing
/// depends on the order.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(HashTable<(u32, u32)>);

/// Whoever grinds ids or keys to collide pays a hash or a key for each, and
/// gains some comparisons: less than the signature that admitting one costs us.
fn tag(key: &[u8; 32]) -> u32 {
    let [a, b, c, d, ..] = *key;
    u32::from_le_bytes([a, b, c, d])
}

fn spread(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Table {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The index with that key. `is` says whether an index has it.
    pub fn find(&self, key: &[u8; 32], is: impl Fn(u32) -> bool) -> Option<u32> {
        let tag = tag(key);
        self.0.find(spread(tag), |one| one.0 == tag && is(one.1)).map(|one| one.1)
    }

    /// Takes a key that is not in it.
    pub fn insert(&mut self, key: &[u8; 32], index: u32) {
        let tag = tag(key);
        self.0.insert_unique(spread(tag), (tag, index), |one| spread(one.0));
    }

    pub fn remove(&mut self, key: &[u8; 32], index: u32) {
        if let Ok(one) = self.0.find_entry(spread(tag(key)), |one| one.1 == index) {
            one.remove();
        }
    }
}
