//! One slot's state: an ordered binary crit-bit Merkle trie.
//!
//! A node stands where two keys part first, so there is exactly one trie for a
//! set of keys, whatever the order of their coming and going. Nodes and leaves
//! live in arenas and name each other by index; an index of keys leads to most
//! leaves without a walk. A changed leaf is only noted: what hangs above it is
//! marked and hashed when somebody asks for the root, level by level, several
//! nodes at once. A page that nobody needs can leave a stub behind.
#![forbid(unsafe_code)]

mod arena;
mod build;
mod checkpoint;
mod evict;
mod index;
mod iter;
mod key;
mod leaf;
mod pages;
mod prove;
mod root;
mod standing;

pub use iter::Leaves;
pub use key::Key;
pub use pages::{Name, Page, PageLoader, PAGE_BYTES_MAX};
pub use root::hash_trees;
pub use standing::Standing;

use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::proto::ErrorCode;
use arena::Arena;
use checkpoint::Frozen;
use evict::Stub;
use index::KeyIndex;
use leaf::{Leaf, LongValues};
use std::collections::BTreeSet;

/// So that any leaf fits a page several times over.
pub const VALUE_BYTES_MAX: usize = 8 * 1024;
/// What both sentinels hold: something, as ICS-23 knows no empty value.
const SENTINEL_VALUE: [u8; 1] = [0];

/// A node, a leaf (the highest bit set) or a stub (the second).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Child(u32);

/// What a child is, with its index.
enum Kind {
    Leaf(usize),
    Stub(usize),
    Node(usize),
}

const LEAF_BIT: u32 = 1 << 31;
const STUB_BIT: u32 = 1 << 30;
/// Parent of the root, and root of a trie without leaves.
const NONE: u32 = u32::MAX;

impl Child {
    fn leaf(index: u32) -> Child {
        Child(index | LEAF_BIT)
    }

    fn stub(index: u32) -> Child {
        Child(index | STUB_BIT)
    }

    fn kind(self) -> Kind {
        if self.0 & LEAF_BIT != 0 {
            Kind::Leaf((self.0 & !LEAF_BIT) as usize)
        } else if self.0 & STUB_BIT != 0 {
            Kind::Stub((self.0 & !STUB_BIT) as usize)
        } else {
            Kind::Node(self.0 as usize)
        }
    }
}

/// The hash is of an older state. Above a stale node all are stale.
const STALE: u8 = 1;
/// Of a node: something below was written since [`Tree::evict`] last came by.
const USED: u8 = 2;

/// One cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Node {
    hash: Hash,
    children: [Child; 2],
    parent: u32,
    /// The first bit in which keys below differ.
    bit: u16,
    /// What the leaves below take in a page; `u16::MAX` stands for more, too.
    bytes: u16,
    /// Generation of the last change below: above a changed node all are.
    changed: u16,
    marks: u8,
}

impl Default for Node {
    fn default() -> Self {
        let children = [Child(NONE); 2];
        let hash = [0; 32];
        Node { hash, children, parent: NONE, bit: 0, bytes: 0, changed: 0, marks: 0 }
    }
}

/// Names a leaf until it is removed or [`Tree::evict`] is called: saves looking
/// for its key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeafId(u32);

/// Where a key is, or would be.
enum Place {
    Found(u32),
    /// Beside the keys that it has all bits before this one in common with.
    Parting(u16),
    /// In a trie without leaves.
    Bare,
}

/// An ordered Merkle trie with its two sentinels.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Arena<Node>,
    /// With their hashes aside.
    leaves: Arena<Leaf, Hash>,
    stubs: Arena<Stub>,
    long: LongValues,
    index: KeyIndex,
    root: Child,
    /// Stale leaves; the nodes above them need not say so yet.
    stale: Vec<u32>,
    /// Counts checkpoints. What last changed 2^16 of them ago looks changed:
    /// then its page is written once more.
    generation: u16,
    /// Names of the pages of the last checkpoint.
    exported: BTreeSet<Vec<u8>>,
    /// The checkpoint that is being read.
    frozen: Option<Box<Frozen>>,
}

impl Default for Tree {
    fn default() -> Self {
        let mut tree = Tree::bare();
        let low = tree.put_leaf(&Key::LOWEST, &SENTINEL_VALUE);
        tree.root = Child::leaf(low);
        // The sentinels differ in the first bit.
        tree.insert_beside(&Key::HIGHEST, &SENTINEL_VALUE, 0);
        tree
    }
}

impl Tree {
    /// Without sentinels: only while pages are loaded.
    fn bare() -> Tree {
        Tree {
            nodes: Arena::default(),
            leaves: Arena::default(),
            stubs: Arena::default(),
            long: LongValues::default(),
            index: KeyIndex::default(),
            root: Child(NONE),
            stale: Vec::new(),
            generation: 0,
            exported: BTreeSet::new(),
            frozen: None,
        }
    }

    /// Leaves that are here, sentinels among them; those of pages that were
    /// taken out are not.
    pub fn resident(&self) -> usize {
        self.leaves.count()
    }

    /// Bytes of memory that the tree takes, all told.
    pub fn memory(&self) -> usize {
        size_of::<Tree>()
            + self.nodes.memory()
            + self.leaves.memory()
            + self.stubs.memory()
            + self.long.memory()
            + self.index.memory()
            + self.stale.capacity() * size_of::<u32>()
            + pages::names_memory(&self.exported)
            + self.frozen.as_ref().map_or(0, |frozen| frozen.memory())
    }

    /// The leaf of a key. Errors: `PAGE_MISSING`.
    pub fn find(&self, key: &Key) -> CoreResult<Option<LeafId>> {
        Ok(match self.locate(key)? {
            Place::Found(leaf) => Some(LeafId(leaf)),
            _ => None,
        })
    }

    /// The value of a key. Errors: `PAGE_MISSING`.
    pub fn get(&self, key: &Key) -> CoreResult<Option<&[u8]>> {
        Ok(self.find(key)?.map(|leaf| self.value(leaf)))
    }

    /// The value of a leaf that was found.
    pub fn value(&self, leaf: LeafId) -> &[u8] {
        self.leaves[leaf.0 as usize].value(&self.long)
    }

    /// Overwrites the value of a leaf that was found. `value` has 1 to
    /// [`VALUE_BYTES_MAX`] bytes.
    pub fn replace(&mut self, leaf: LeafId, value: &[u8]) {
        debug_assert!((1..=VALUE_BYTES_MAX).contains(&value.len()));
        let at = &mut self.leaves[leaf.0 as usize];
        if at.marks & STALE == 0 {
            if let Some(frozen) = &mut self.frozen {
                frozen.keep(&at.key, Some(at.value(&self.long)));
            }
            at.marks |= STALE;
            at.changed = self.generation;
            self.stale.push(leaf.0);
        }
        at.set_value(value, &mut self.long);
    }

    /// Sets the value of a key, new or not. Errors: `PAGE_MALFORMED` for a
    /// value that is empty or larger than [`VALUE_BYTES_MAX`]; `PAGE_MISSING`.
    pub fn insert(&mut self, key: &Key, value: &[u8]) -> CoreResult<()> {
        if value.is_empty() || value.len() > VALUE_BYTES_MAX {
            let detail = format!("a value of {} bytes", value.len());
            return Err(CoreError::with(ErrorCode::PageMalformed, detail));
        }
        match self.locate(key)? {
            Place::Found(leaf) => self.replace(LeafId(leaf), value),
            Place::Parting(bit) => {
                if let Some(frozen) = &mut self.frozen {
                    frozen.keep(key, None);
                }
                self.insert_beside(key, value, bit);
            }
            Place::Bare => self.root = Child::leaf(self.put_leaf(key, value)),
        }
        Ok(())
    }

    /// Takes a key out, and says whether it was there. Sentinels stay. Errors:
    /// `PAGE_MISSING`.
    pub fn remove(&mut self, key: &Key) -> CoreResult<bool> {
        if *key == Key::LOWEST || *key == Key::HIGHEST {
            return Ok(false);
        }
        let Some(LeafId(leaf)) = self.find(key)? else { return Ok(false) };
        let at = &mut self.leaves[leaf as usize];
        if at.marks & STALE == 0 {
            if let Some(frozen) = &mut self.frozen {
                frozen.keep(key, Some(at.value(&self.long)));
            }
        }
        at.set_value(&[], &mut self.long);
        // Between two sentinels every other leaf has a parent.
        let parent = at.parent;
        let Node { children, parent: above, .. } = self.nodes[parent as usize];
        let sibling = if children[0] == Child::leaf(leaf) { children[1] } else { children[0] };
        self.put_in_place(Child(parent), above, sibling);
        // The sibling now stands for the page that both were.
        *self.changed_mut(sibling) = self.generation;
        self.mark_from(above);
        self.index.remove(key, leaf);
        self.leaves.vacate(leaf);
        self.nodes.vacate(parent);
        Ok(true)
    }

    /// The root hash, having hashed again what changed.
    pub fn root(&mut self) -> Hash {
        hash_trees([&mut *self]);
        *self.hash_of(self.root)
    }

    fn hash_of(&self, child: Child) -> &Hash {
        match child.kind() {
            Kind::Leaf(leaf) => self.leaves.aside(leaf),
            Kind::Stub(stub) => &self.stubs[stub].hash,
            Kind::Node(node) => &self.nodes[node].hash,
        }
    }

    fn bytes_of(&self, child: Child) -> u16 {
        match child.kind() {
            Kind::Leaf(leaf) => {
                let leaf = &self.leaves[leaf];
                // 3 + 33 + 8 KiB.
                pages::entry_bytes(&leaf.key, leaf.value(&self.long)) as u16
            }
            Kind::Stub(stub) => self.stubs[stub].bytes,
            Kind::Node(node) => self.nodes[node].bytes,
        }
    }

    /// Whether something below differs from the last checkpoint. Right only when
    /// no leaf is stale.
    fn is_changed_at(&self, child: Child) -> bool {
        let changed = match child.kind() {
            Kind::Leaf(leaf) => self.leaves[leaf].changed,
            Kind::Stub(stub) => self.stubs[stub].changed,
            Kind::Node(node) => self.nodes[node].changed,
        };
        changed == self.generation
    }

    fn changed_mut(&mut self, child: Child) -> &mut u16 {
        match child.kind() {
            Kind::Leaf(leaf) => &mut self.leaves[leaf].changed,
            Kind::Stub(stub) => &mut self.stubs[stub].changed,
            Kind::Node(node) => &mut self.nodes[node].changed,
        }
    }

    fn parent_mut(&mut self, child: Child) -> &mut u32 {
        match child.kind() {
            Kind::Leaf(leaf) => &mut self.leaves[leaf].parent,
            Kind::Stub(stub) => &mut self.stubs[stub].parent,
            Kind::Node(node) => &mut self.nodes[node].parent,
        }
    }

    /// Marks a node and those above, up to the first that is stale already.
    fn mark_from(&mut self, mut node: u32) {
        while let Some(at) = self.nodes.get_mut(node) {
            if at.marks & STALE != 0 {
                return;
            }
            at.marks |= STALE | USED;
            at.changed = self.generation;
            node = at.parent;
        }
    }

    /// Errors: `PAGE_MISSING`.
    fn locate(&self, key: &Key) -> CoreResult<Place> {
        let named = self.index.candidates(key).find(|leaf| self.leaves[*leaf].key == *key);
        if let Some(leaf) = named {
            return Ok(Place::Found(leaf as u32));
        }
        let Some(nearest) = self.nearest(key) else { return Ok(Place::Bare) };
        Ok(match nearest.kind() {
            Kind::Leaf(leaf) => match self.leaves[leaf].key.first_difference(key) {
                None => Place::Found(leaf as u32),
                Some(bit) => Place::Parting(bit),
            },
            _ => Place::Parting(self.parting_from_stub(nearest, key)?),
        })
    }

    /// The leaf or stub that a walk by the key's bits ends at; `None` in a bare
    /// trie.
    fn nearest(&self, key: &Key) -> Option<Child> {
        let mut child = (self.root != Child(NONE)).then_some(self.root)?;
        while let Kind::Node(node) = child.kind() {
            let node = &self.nodes[node];
            child = node.children[key.bit(node.bit)];
        }
        Some(child)
    }

    /// The highest child whose keys all differ from `key` at bit `bit` or later,
    /// and its parent.
    fn parting(&self, key: &Key, bit: u16) -> (Child, u32) {
        let (mut child, mut parent) = (self.root, NONE);
        while let Kind::Node(node) = child.kind() {
            if self.nodes[node].bit > bit {
                break;
            }
            parent = child.0;
            child = self.nodes[node].children[key.bit(self.nodes[node].bit)];
        }
        (child, parent)
    }

    /// Adds a key that is not there.
    fn insert_beside(&mut self, key: &Key, value: &[u8], bit: u16) {
        let (sibling, above) = self.parting(key, bit);
        let new = Child::leaf(self.put_leaf(key, value));
        let children = if key.bit(bit) == 0 { [new, sibling] } else { [sibling, new] };
        let (changed, marks) = (self.generation, STALE | USED);
        let node = Node { children, parent: above, bit, changed, marks, ..Node::default() };
        let node = self.nodes.put(node);
        self.put_in_place(sibling, above, Child(node));
        *self.parent_mut(new) = node;
        *self.parent_mut(sibling) = node;
        self.mark_from(above);
    }

    /// A stale leaf without a parent, known to the index.
    fn put_leaf(&mut self, key: &Key, value: &[u8]) -> u32 {
        let mut leaf = Leaf::new(*key, STALE, self.generation);
        leaf.set_value(value, &mut self.long);
        let leaf = self.leaves.put(leaf);
        self.stale.push(leaf);
        self.add_to_index(key, leaf);
        leaf
    }

    fn add_to_index(&mut self, key: &Key, leaf: u32) {
        let count = self.leaves.count();
        if !self.index.is_small_for(count) {
            return self.index.add(key, leaf);
        }
        self.index = KeyIndex::for_count(count + count / 2);
        for (leaf, at) in self.leaves.places() {
            if !at.is_vacant() {
                self.index.add(&at.key, leaf);
            }
        }
    }

    /// Hangs `new` where `old` was.
    fn put_in_place(&mut self, old: Child, above: u32, new: Child) {
        match self.nodes.get_mut(above) {
            Some(node) => node.children[usize::from(node.children[1] == old)] = new,
            None => self.root = new,
        }
        *self.parent_mut(new) = above;
    }
}

#[cfg(test)]
mod tests;
