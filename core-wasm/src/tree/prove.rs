//! Proofs that a key is there, with its value, or is not.

use super::{Child, Key, Tree, NONE};
use crate::proof::{step_from_left, step_from_right};
use crate::proto::{MerkleLeaf, MerkleStep, SlotProof};

impl Tree {
    /// Presence or absence of a key under the present root.
    pub fn prove(&mut self, key: &Key) -> SlotProof {
        self.root();
        let Some(nearest) = self.nearest(key) else { return SlotProof::default() };
        let Some(bit) = self.leaves[nearest].key.first_difference(key) else {
            return SlotProof { exists: Some(self.merkle_leaf(nearest)), left: None, right: None };
        };
        let (at, above) = self.parting(key, bit);
        let beside = self.beside(at, above, 1 - key.bit(bit));
        let (left, right) = if key.bit(bit) == 0 {
            (beside, self.outermost(at, 0))
        } else {
            (self.outermost(at, 1), beside)
        };
        let leaf = |leaf: usize| Some(self.merkle_leaf(leaf));
        SlotProof { exists: None, left: leaf(left), right: leaf(right) }
    }

    /// The leaf next to the keys of `child` on a side (0: below, 1: above) …
    fn beside(&self, mut child: Child, mut above: u32, away: usize) -> usize {
        let side = 1 - away;
        while let Some(node) = self.nodes.get(above as usize) {
            if node.children[side] != child {
                return self.outermost(node.children[side], 1 - side);
            }
            (child, above) = (Child(above), node.parent);
        }
        // … which exists for every key between the sentinels.
        self.outermost(child, side)
    }

    /// The first (0) or last (1) leaf of a subtree.
    pub(super) fn outermost(&self, mut child: Child, side: usize) -> usize {
        loop {
            match child.kind() {
                Ok(leaf) => return leaf,
                Err(node) => child = self.nodes[node].children[side],
            }
        }
    }

    fn merkle_leaf(&self, leaf: usize) -> MerkleLeaf {
        let Some(at) = self.leaves.get(leaf) else { return MerkleLeaf::default() };
        let path = self.path(Child::leaf(leaf as u32), at.parent);
        MerkleLeaf { key: at.key.bytes().to_vec(), value: at.value.clone(), path }
    }

    fn path(&self, mut child: Child, mut above: u32) -> Vec<MerkleStep> {
        let mut path = Vec::new();
        while above != NONE {
            let node = &self.nodes[above as usize];
            let [left, right] = node.children;
            path.push(if left == child {
                step_from_left(self.hash_of(right))
            } else {
                step_from_right(self.hash_of(left))
            });
            (child, above) = (Child(above), node.parent);
        }
        path
    }
}
