//! One slot's state: an ordered binary crit-bit Merkle trie.
//!
//! A node stands where two keys part first, so there is exactly one trie for a
//! set of keys, whatever the order of their coming and going. Nodes and leaves
//! live in two arenas and name each other by index; what hangs below a changed
//! leaf is hashed again only when somebody asks for the root.
#![forbid(unsafe_code)]

mod iter;
mod key;
mod pages;
mod prove;

pub use iter::Leaves;
pub use key::Key;
pub use pages::{Page, PageLoader, PAGE_BYTES_MAX};

use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::proof::{leaf_hash, node_hash};
use crate::proto::ErrorCode;
use std::collections::BTreeSet;

/// So that any leaf fits a page several times over.
pub const VALUE_BYTES_MAX: usize = 8 * 1024;
/// What both sentinels hold: something, as ICS-23 knows no empty value.
const SENTINEL_VALUE: [u8; 1] = [0];

/// A node or a leaf; leaves have the highest bit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Child(u32);

const LEAF_BIT: u32 = 1 << 31;
/// Parent of the root, and root of a trie without leaves.
const NONE: u32 = u32::MAX;

impl Child {
    fn leaf(index: u32) -> Child {
        Child(index | LEAF_BIT)
    }

    /// The leaf's index, or the node's.
    fn kind(self) -> Result<usize, usize> {
        if self.0 & LEAF_BIT != 0 {
            Ok((self.0 & !LEAF_BIT) as usize)
        } else {
            Err(self.0 as usize)
        }
    }
}

/// Hash and size are of an older state. All nodes above are stale, too.
const STALE: u8 = 1;
/// Something below differs from the last checkpoint. All nodes above are
/// changed, too, and what is stale is changed.
const CHANGED: u8 = 2;

#[derive(Clone, Debug)]
struct Node {
    hash: Hash,
    /// What the leaves below take in a page.
    bytes: u64,
    parent: u32,
    children: [Child; 2],
    bit: u16,
    marks: u8,
}

#[derive(Clone, Debug)]
struct Leaf {
    hash: Hash,
    value: Vec<u8>,
    parent: u32,
    key: Key,
    marks: u8,
}

/// Names a leaf until it is removed: saves looking for its key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeafId(u32);

/// An ordered Merkle trie with its two sentinels.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    leaves: Vec<Leaf>,
    free_nodes: Vec<u32>,
    free_leaves: Vec<u32>,
    root: Child,
    /// Names of the pages of the last checkpoint.
    exported: BTreeSet<Vec<u8>>,
}

impl Default for Tree {
    fn default() -> Self {
        let mut tree = Tree::bare();
        for key in [Key::LOWEST, Key::HIGHEST] {
            tree.insert_leaf(key, SENTINEL_VALUE.to_vec());
        }
        tree
    }
}

impl Tree {
    /// Without sentinels: only while pages are loaded.
    fn bare() -> Tree {
        Tree {
            nodes: Vec::new(),
            leaves: Vec::new(),
            free_nodes: Vec::new(),
            free_leaves: Vec::new(),
            root: Child(NONE),
            exported: BTreeSet::new(),
        }
    }

    /// How many keys there are besides the sentinels.
    pub fn len(&self) -> usize {
        (self.leaves.len() - self.free_leaves.len()).saturating_sub(2)
    }

    /// Whether there is nothing but the sentinels.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The leaf of a key.
    pub fn find(&self, key: &Key) -> Option<LeafId> {
        let leaf = self.nearest(key)?;
        (self.leaves[leaf].key == *key).then_some(LeafId(leaf as u32))
    }

    /// The value of a key.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        self.find(key).map(|leaf| self.value(leaf))
    }

    /// The value of a leaf that was found.
    pub fn value(&self, leaf: LeafId) -> &[u8] {
        &self.leaves[leaf.0 as usize].value
    }

    /// Overwrites the value of a leaf that was found. `value` has 1 to
    /// [`VALUE_BYTES_MAX`] bytes.
    pub fn replace(&mut self, leaf: LeafId, value: &[u8]) {
        debug_assert!((1..=VALUE_BYTES_MAX).contains(&value.len()));
        let leaf = &mut self.leaves[leaf.0 as usize];
        leaf.value.clear();
        leaf.value.extend_from_slice(value);
        let stale = leaf.marks & STALE != 0;
        leaf.marks |= STALE | CHANGED;
        let parent = leaf.parent;
        if !stale {
            self.mark_from(parent);
        }
    }

    /// Sets the value of a key, new or not. Errors: `PAGE_MALFORMED` for a
    /// value that is empty or larger than [`VALUE_BYTES_MAX`].
    pub fn insert(&mut self, key: &Key, value: &[u8]) -> CoreResult<()> {
        if value.is_empty() || value.len() > VALUE_BYTES_MAX {
            let detail = format!("a value of {} bytes", value.len());
            return Err(CoreError::with(ErrorCode::PageMalformed, detail));
        }
        match self.find(key) {
            Some(leaf) => self.replace(leaf, value),
            None => self.insert_leaf(*key, value.to_vec()),
        }
        Ok(())
    }

    /// Takes a key out, and says whether it was there. Sentinels stay.
    pub fn remove(&mut self, key: &Key) -> bool {
        if *key == Key::LOWEST || *key == Key::HIGHEST {
            return false;
        }
        let Some(LeafId(leaf)) = self.find(key) else { return false };
        // Between two sentinels every other leaf has a parent.
        let parent = self.leaves[leaf as usize].parent;
        let Node { children, parent: above, .. } = self.nodes[parent as usize];
        let sibling = if children[0] == Child::leaf(leaf) { children[1] } else { children[0] };
        self.put_in_place(Child(parent), above, sibling);
        // The sibling now stands for the page that both were.
        *self.marks_mut(sibling) |= CHANGED;
        self.mark_from(above);
        self.leaves[leaf as usize].value = Vec::new();
        self.free_leaves.push(leaf);
        self.free_nodes.push(parent);
        true
    }

    /// The root hash, having hashed again what changed.
    pub fn root(&mut self) -> Hash {
        let mut open = vec![(self.root, false)];
        while let Some((child, below_done)) = open.pop() {
            if *self.marks_mut(child) & STALE == 0 {
                continue;
            }
            match child.kind() {
                Ok(leaf) => {
                    let leaf = &mut self.leaves[leaf];
                    leaf.hash = leaf_hash(leaf.key.bytes(), &leaf.value);
                    leaf.marks &= !STALE;
                }
                Err(node) if below_done => {
                    let [left, right] = self.nodes[node].children;
                    let hash = node_hash(self.hash_of(left), self.hash_of(right));
                    let bytes = self.bytes_of(left) + self.bytes_of(right);
                    let node = &mut self.nodes[node];
                    node.hash = hash;
                    node.bytes = bytes;
                    node.marks &= !STALE;
                }
                Err(node) => {
                    let [left, right] = self.nodes[node].children;
                    open.extend([(child, true), (left, false), (right, false)]);
                }
            }
        }
        *self.hash_of(self.root)
    }

    fn hash_of(&self, child: Child) -> &Hash {
        match child.kind() {
            Ok(leaf) => &self.leaves[leaf].hash,
            Err(node) => &self.nodes[node].hash,
        }
    }

    fn bytes_of(&self, child: Child) -> u64 {
        match child.kind() {
            Ok(leaf) => pages::entry_bytes(&self.leaves[leaf].key, &self.leaves[leaf].value),
            Err(node) => self.nodes[node].bytes,
        }
    }

    fn marks_mut(&mut self, child: Child) -> &mut u8 {
        match child.kind() {
            Ok(leaf) => &mut self.leaves[leaf].marks,
            Err(node) => &mut self.nodes[node].marks,
        }
    }

    fn parent_mut(&mut self, child: Child) -> &mut u32 {
        match child.kind() {
            Ok(leaf) => &mut self.leaves[leaf].parent,
            Err(node) => &mut self.nodes[node].parent,
        }
    }

    /// Marks a node and those above, up to the first that is stale already.
    fn mark_from(&mut self, mut node: u32) {
        while let Some(at) = self.nodes.get_mut(node as usize) {
            if at.marks & STALE != 0 {
                return;
            }
            at.marks |= STALE | CHANGED;
            node = at.parent;
        }
    }

    /// The leaf that a walk by the key's bits ends at; `None` in a bare trie.
    fn nearest(&self, key: &Key) -> Option<usize> {
        if self.root == Child(NONE) {
            return None;
        }
        let mut child = self.root;
        loop {
            match child.kind() {
                Ok(leaf) => return Some(leaf),
                Err(node) => {
                    let node = &self.nodes[node];
                    child = node.children[key.bit(node.bit)];
                }
            }
        }
    }

    /// The highest child whose keys all differ from `key` at bit `bit` or later,
    /// and its parent.
    fn parting(&self, key: &Key, bit: u16) -> (Child, u32) {
        let (mut child, mut parent) = (self.root, NONE);
        while let Err(node) = child.kind() {
            if self.nodes[node].bit > bit {
                break;
            }
            parent = child.0;
            child = self.nodes[node].children[key.bit(self.nodes[node].bit)];
        }
        (child, parent)
    }

    /// Adds a key that is not there.
    fn insert_leaf(&mut self, key: Key, value: Vec<u8>) {
        let parting = self
            .nearest(&key)
            .and_then(|nearest| self.leaves[nearest].key.first_difference(&key))
            .map(|bit| (bit, self.parting(&key, bit)));
        let leaf = Leaf { hash: [0; 32], value, parent: NONE, key, marks: STALE | CHANGED };
        let new = Child::leaf(put(&mut self.leaves, &mut self.free_leaves, leaf));
        let Some((bit, (sibling, above))) = parting else {
            self.root = new;
            return;
        };
        let children = if key.bit(bit) == 0 { [new, sibling] } else { [sibling, new] };
        let marks = STALE | CHANGED;
        let node = Node { hash: [0; 32], bytes: 0, parent: above, children, bit, marks };
        let node = put(&mut self.nodes, &mut self.free_nodes, node);
        self.put_in_place(sibling, above, Child(node));
        *self.parent_mut(new) = node;
        *self.parent_mut(sibling) = node;
        self.mark_from(above);
    }

    /// Hangs `new` where `old` was.
    fn put_in_place(&mut self, old: Child, above: u32, new: Child) {
        match self.nodes.get_mut(above as usize) {
            Some(node) => node.children[usize::from(node.children[1] == old)] = new,
            None => self.root = new,
        }
        *self.parent_mut(new) = above;
    }
}

/// Stores an item at a free index.
fn put<T>(arena: &mut Vec<T>, free: &mut Vec<u32>, item: T) -> u32 {
    match free.pop() {
        Some(index) => {
            arena[index as usize] = item;
            index
        }
        None => {
            arena.push(item);
            // 2^31 items take more than the address space has.
            (arena.len() - 1) as u32
        }
    }
}

#[cfg(test)]
mod tests;
