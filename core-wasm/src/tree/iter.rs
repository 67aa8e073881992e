//! Leaves in the order of their keys.

use super::{Child, Key, Kind, Tree, NONE};
use crate::error::CoreResult;

/// Ascending; sentinels included. `PAGE_MISSING` for what was taken out.
pub struct Leaves<'a> {
    tree: &'a Tree,
    /// Subtrees still to come, the next on top: at most one per bit of a key.
    open: Vec<Child>,
}

impl<'a> Iterator for Leaves<'a> {
    type Item = CoreResult<(&'a Key, &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.open.pop()?.kind() {
                Kind::Leaf(leaf) => {
                    let leaf = &self.tree.leaves[leaf];
                    return Some(Ok((&leaf.key, leaf.value(&self.tree.long))));
                }
                Kind::Stub(stub) => return Some(Err(self.tree.missing_at(stub))),
                Kind::Node(node) => {
                    let [left, right] = self.tree.nodes[node].children;
                    self.open.extend([right, left]);
                }
            }
        }
    }
}

impl Tree {
    /// All leaves.
    pub fn leaves(&self) -> Leaves<'_> {
        self.leaves_below((self.root != Child(NONE)).then_some(self.root))
    }

    /// The leaves with keys above `after`. Errors: `PAGE_MISSING`.
    pub fn leaves_after(&self, after: &Key) -> CoreResult<Leaves<'_>> {
        let mut leaves = self.leaves_below(None);
        let Some(nearest) = self.nearest(after) else { return Ok(leaves) };
        let difference = match nearest.kind() {
            Kind::Leaf(leaf) => self.leaves[leaf].key.first_difference(after),
            _ => Some(self.parting_from_stub(nearest, after)?),
        };
        let mut child = self.root;
        while let Kind::Node(node) = child.kind() {
            let node = &self.nodes[node];
            if difference.is_some_and(|bit| node.bit > bit) {
                break;
            }
            let side = after.bit(node.bit);
            if side == 0 {
                leaves.open.push(node.children[1]);
            }
            child = node.children[side];
        }
        // The whole of `child` lies on one side of a key that is not in it.
        if difference.is_some_and(|bit| after.bit(bit) == 0) {
            leaves.open.push(child);
        }
        Ok(leaves)
    }

    /// The leaves of one subtree.
    pub(super) fn leaves_below(&self, child: Option<Child>) -> Leaves<'_> {
        Leaves { tree: self, open: child.into_iter().collect() }
    }
}
