//! How a trie stands to the last checkpoint: what goes along with its leaves
//! when somebody else takes it over.

use super::pages::Name;
use super::{Key, Tree};
use crate::error::CoreResult;
use std::collections::BTreeSet;

/// Against the last checkpoint.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Names of its pages.
    pub names: BTreeSet<Name>,
    /// A key of each page that is new or changed since.
    pub changed: Vec<Key>,
}

impl Tree {
    /// Whether a checkpoint was begun and is not ended.
    pub fn is_in_checkpoint(&self) -> bool {
        self.frozen.is_some()
    }

    /// For [`Tree::resume`] of another trie with the same leaves.
    pub fn standing(&mut self) -> Standing {
        self.root();
        let names = self.exported.clone();
        let changed = self
            .partition()
            .into_iter()
            .filter(|(name, _, child)| !names.contains(name) || self.is_changed_at(*child))
            .map(|(_, _, child)| *self.key_below(child))
            .collect();
        Standing { names, changed }
    }

    /// Takes its leaves as another trie held them against the last checkpoint.
    /// Errors: `PAGE_MISSING`.
    pub fn resume(&mut self, Standing { names, changed }: Standing) -> CoreResult<()> {
        self.root();
        self.adopt_checkpoint(names);
        for key in changed {
            if let Some(leaf) = self.find(&key)? {
                let value = self.value(leaf).to_vec();
                self.replace(leaf, &value);
            }
        }
        Ok(())
    }
}
