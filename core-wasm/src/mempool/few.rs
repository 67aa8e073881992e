//! An ordered map for what is mostly one item: that one needs no allocation.

use std::collections::VecDeque;

/// Ascending by key.
#[derive(Clone, Debug)]
pub(super) struct Few<K, V> {
    first: Option<(K, V)>,
    /// Empty without a first.
    rest: VecDeque<(K, V)>,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self { first: None, rest: VecDeque::new() }
    }
}

impl<K: Copy + Ord, V> Few<K, V> {
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    pub fn first(&self) -> Option<&(K, V)> {
        self.first.as_ref()
    }

    pub fn last(&self) -> Option<&(K, V)> {
        self.rest.back().or(self.first.as_ref())
    }

    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.first.iter().chain(&self.rest)
    }

    /// Those from that place on.
    pub fn iter_from(&self, place: usize) -> impl Iterator<Item = &(K, V)> {
        let first = self.first.iter().skip(place);
        first.chain(self.rest.range(place.saturating_sub(1).min(self.rest.len())..))
    }

    /// At which place the key is, or would be.
    pub fn place(&self, key: K) -> Result<usize, usize> {
        match (&self.first, self.rest.back()) {
            (None, _) => Err(0),
            (Some((first, _)), _) if key == *first => Ok(0),
            (Some((first, _)), _) if key < *first => Err(0),
            // Most come in order.
            (_, Some((last, _))) if *last < key => Err(self.rest.len() + 1),
            _ => match self.rest.binary_search_by_key(&key, |(key, _)| *key) {
                Ok(at) => Ok(at + 1),
                Err(at) => Err(at + 1),
            },
        }
    }

    pub fn get(&self, key: K) -> Option<&V> {
        match self.place(key).ok()? {
            0 => self.first.as_ref().map(|(_, value)| value),
            place => self.rest.get(place - 1).map(|(_, value)| value),
        }
    }

    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        match self.place(key).ok()? {
            0 => self.first.as_mut().map(|(_, value)| value),
            place => self.rest.get_mut(place - 1).map(|(_, value)| value),
        }
    }

    /// Takes a key that is not in it.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(key) {
            Err(0) => {
                if let Some(second) = self.first.replace((key, value)) {
                    self.rest.push_front(second);
                }
            }
            Err(place) => self.rest.insert(place - 1, (key, value)),
            Ok(_) => {}
        }
    }

    pub fn remove(&mut self, key: K) {
        match self.place(key) {
            Ok(0) => self.first = self.rest.pop_front(),
            Ok(place) => drop(self.rest.remove(place - 1)),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_an_ordered_map(steps in prop::collection::vec((0u8..12, any::<bool>()), 0..60)) {
            let (mut few, mut map) = (Few::default(), BTreeMap::new());
            for (at, (key, stays)) in steps.into_iter().enumerate() {
                if !stays {
                    few.remove(key);
                    map.remove(&key);
                } else if let std::collections::btree_map::Entry::Vacant(vacant) = map.entry(key) {
                    vacant.insert(at);
                    few.insert(key, at);
                }
                prop_assert_eq!((few.is_empty(), few.len()), (map.is_empty(), map.len()));
                prop_assert!(few.iter().map(|one| (one.0, one.1)).eq(map.iter().map(|(key, at)| (*key, *at))));
                let ends = [few.first(), few.last()].map(|one| one.map(|one| one.0));
                prop_assert_eq!(ends, [map.keys().next().copied(), map.keys().last().copied()]);
                for key in 0..12 {
                    prop_assert_eq!(few.get(key), map.get(&key));
                    prop_assert_eq!(few.get_mut(key).copied(), map.get(&key).copied());
                    let place = few.place(key).unwrap_or_else(|place| place);
                    prop_assert_eq!(place, map.range(..key).count());
                    prop_assert!(few.iter_from(place).map(|one| one.0).eq(map.range(key..).map(|one| *one.0)));
                }
            }
        }
    }
}
