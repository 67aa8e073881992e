//! Entries by the last height that can take them.

use super::slab::Slab;
use super::Entry;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;

/// The neighbours of an entry among those of its height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    before: u32,
    after: u32,
}

impl Default for Links {
    fn default() -> Self {
        Self { before: NONE, after: NONE }
    }
}

/// For each height a chain of entries, by its first.
#[derive(Clone, Debug, Default)]
pub(super) struct Expiry(BTreeMap<u64, u32>);

impl Expiry {
    pub fn insert(&mut self, entries: &mut Slab<Entry>, at: u32, height: u64) {
        let after = self.0.insert(height, at).unwrap_or(NONE);
        if let Some(entry) = entries.get_mut(at) {
            entry.links = Links { before: NONE, after };
        }
        if let Some(entry) = entries.get_mut(after) {
            entry.links.before = at;
        }
    }

    pub fn remove(&mut self, entries: &mut Slab<Entry>, links: Links, height: u64) {
        let Links { before, after } = links;
        if let Some(entry) = entries.get_mut(after) {
            entry.links.before = before;
        }
        if let Some(entry) = entries.get_mut(before) {
            entry.links.after = after;
        } else if after == NONE {
            self.0.remove(&height);
        } else {
            self.0.insert(height, after);
        }
    }

    /// One that no height above that one can take.
    pub fn first_up_to(&self, height: u64) -> Option<u32> {
        let (until, at) = self.0.first_key_value()?;
        (*until <= height).then_some(*at)
    }

    #[cfg(test)]
    pub fn all(&self, entries: &Slab<Entry>) -> Vec<(u64, u32)> {
        let mut all = Vec::new();
        for (height, first) in &self.0 {
            let mut at = *first;
            while let Some(entry) = entries.get(at) {
                all.push((*height, at));
                at = entry.links.after;
            }
        }
        all
    }
}
