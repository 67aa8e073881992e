//! Proofs that a key is there, with its value, or is not.

use super::{Child, Key, Kind, Place, Tree, NONE};
use crate::error::CoreResult;
use crate::proof::{step_from_left, step_from_right};
use crate::proto::{MerkleLeaf, MerkleStep, SlotProof};

impl Tree {
    /// Presence or absence of a key under the present root. Errors:
    /// `PAGE_MISSING`, for an absent key of a neighbour's page, too.
    pub fn prove(&mut self, key: &Key) -> CoreResult<SlotProof> {
        self.root();
        let bit = match self.locate(key)? {
            Place::Bare => return Ok(SlotProof::default()),
            Place::Found(leaf) => {
                let exists = Some(self.merkle_leaf(leaf as usize));
                return Ok(SlotProof { exists, left: None, right: None });
            }
            Place::Parting(bit) => bit,
        };
        let (at, above) = self.parting(key, bit);
        let beside = self.beside(at, above, 1 - key.bit(bit))?;
        let (left, right) = if key.bit(bit) == 0 {
            (beside, self.outermost(at, 0)?)
        } else {
            (self.outermost(at, 1)?, beside)
        };
        let leaf = |leaf: usize| Some(self.merkle_leaf(leaf));
        Ok(SlotProof { exists: None, left: leaf(left), right: leaf(right) })
    }

    /// The leaf next to the keys of `child` on a side (0: below, 1: above) …
    fn beside(&self, mut child: Child, mut above: u32, away: usize) -> CoreResult<usize> {
        let side = 1 - away;
        while above != NONE {
            let node = &self.nodes[above as usize];
            if node.children[side] != child {
                return self.outermost(node.children[side], 1 - side);
            }
            (child, above) = (Child(above), node.parent);
        }
        // … which exists for every key between the sentinels.
        self.outermost(child, side)
    }

    /// The first (0) or last (1) leaf of a subtree.
    fn outermost(&self, mut child: Child, side: usize) -> CoreResult<usize> {
        loop {
            match child.kind() {
                Kind::Leaf(leaf) => return Ok(leaf),
                Kind::Stub(stub) => return Err(self.missing_at(stub)),
                Kind::Node(node) => child = self.nodes[node].children[side],
            }
        }
    }

    fn merkle_leaf(&self, leaf: usize) -> MerkleLeaf {
        let at = &self.leaves[leaf];
        let path = self.path(Child::leaf(leaf as u32), at.parent);
        MerkleLeaf { key: at.key.bytes().to_vec(), value: at.value(&self.long).to_vec(), path }
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
