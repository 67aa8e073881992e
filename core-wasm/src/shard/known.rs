//! Parts of batches that a shard keeps until their block comes, so that no
//! batch is handed over twice, nor read twice.

use super::part::Part;
use crate::hash::Hash;
use std::collections::BTreeMap;

/// What an entry counts for besides its bytes.
const ENTRY_BYTES: usize = 1_024;

/// One part, read or to be read.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    Bytes(Vec<u8>),
    Read(Part),
}

#[derive(Clone, Debug)]
struct Entry {
    kept: Kept,
    /// The last height whose block may name it.
    until: u64,
    bytes: usize,
    age: u64,
}

/// Parts by the names of their batches. Over the bound the one that nobody has
/// asked for the longest goes.
#[derive(Clone, Debug)]
pub(super) struct Known {
    entries: BTreeMap<Hash, Entry>,
    by_age: BTreeMap<u64, Hash>,
    bytes: usize,
    bytes_max: usize,
    age: u64,
}

impl Known {
    pub fn new(bytes_max: usize) -> Known {
        let (entries, by_age) = (BTreeMap::new(), BTreeMap::new());
        Known { entries, by_age, bytes: 0, bytes_max, age: 0 }
    }

    /// Keeps a part of so many bytes.
    pub fn keep(&mut self, name: Hash, until: u64, bytes: usize, kept: Kept) {
        self.take(&name);
        self.age += 1;
        let bytes = bytes.saturating_add(ENTRY_BYTES);
        self.bytes += bytes;
        self.by_age.insert(self.age, name);
        self.entries.insert(name, Entry { kept, until, bytes, age: self.age });
        while self.bytes > self.bytes_max {
            let Some((_, oldest)) = self.by_age.first_key_value() else { break };
            let oldest = *oldest;
            self.take(&oldest);
        }
    }

    /// Whether it is here; it then counts as new.
    pub fn touch(&mut self, name: &Hash) -> bool {
        let Some(entry) = self.entries.get_mut(name) else { return false };
        self.age += 1;
        self.by_age.remove(&entry.age);
        self.by_age.insert(self.age, *name);
        entry.age = self.age;
        true
    }

    /// Gives it another name.
    pub fn rename(&mut self, from: &Hash, to: Hash, until: u64) {
        if let Some(Entry { kept, bytes, .. }) = self.take(from) {
            self.keep(to, until, bytes - ENTRY_BYTES, kept);
        }
    }

    /// Hands it out.
    pub fn give(&mut self, name: &Hash) -> Option<Kept> {
        self.take(name).map(|entry| entry.kept)
    }

    /// Drops what no block after `height` may name.
    pub fn expire(&mut self, height: u64) {
        let expired: Vec<Hash> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.until <= height)
            .map(|(name, _)| *name)
            .collect();
        expired.iter().for_each(|name| drop(self.take(name)));
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        *self = Known::new(self.bytes_max);
    }

    fn take(&mut self, name: &Hash) -> Option<Entry> {
        let entry = self.entries.remove(name)?;
        self.by_age.remove(&entry.age);
        self.bytes -= entry.bytes;
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_the_bound_goes_what_nobody_has_asked_for_the_longest() {
        let mut known = Known::new(3 * (ENTRY_BYTES + 10));
        for name in 1..=3u8 {
            known.keep([name; 32], 9, 10, Kept::Bytes(vec![name]));
        }
        assert!(known.touch(&[1; 32]));
        known.keep([4; 32], 9, 10, Kept::Bytes(vec![4]));
        let here = |known: &mut Known| (1..=5u8).filter(|at| known.touch(&[*at; 32])).collect();
        let left: Vec<u8> = here(&mut known);
        assert_eq!(left, [1, 3, 4]);
        // Kept once more, it counts once.
        known.keep([4; 32], 9, 10, Kept::Bytes(vec![4]));
        known.rename(&[4; 32], [5; 32], 7);
        let left: Vec<u8> = here(&mut known);
        assert_eq!(left, [1, 3, 5]);
        known.expire(6);
        assert!(matches!(known.give(&[5; 32]), Some(Kept::Bytes(bytes)) if bytes == [4]));
        known.expire(9);
        assert!(known.entries.is_empty() && known.by_age.is_empty());
        assert_eq!(known.bytes, 0);
        // What is larger than all is not kept.
        known.keep([6; 32], 9, 1 << 20, Kept::Bytes(vec![]));
        assert!(!known.touch(&[6; 32]));
    }
}
