//! Pages that are taken out of memory and put back. What is whole and unchanged
//! in the last checkpoint can go: a stub stays, with the hash that the page must
//! have when it comes back.

use super::pages::{page_name, pages_malformed, Name};
use super::{Child, Key, Kind, Leaf, Node, Tree, NONE, USED};
use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::proto::ErrorCode;
use std::collections::BTreeMap;

/// What a page takes in memory per byte of its encoding, about.
const MEMORY_PER_BYTE: usize = 3;

/// In the place of a page's subtree. Its key is the first of the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stub {
    pub hash: Hash,
    key: Key,
    pub parent: u32,
    /// The first bit in which the page's keys differ.
    bit: u16,
    /// Length of the prefix that the page is named by.
    bits: u16,
    pub bytes: u16,
    pub changed: u16,
}

impl Default for Stub {
    fn default() -> Self {
        let hash = [0; 32];
        Stub { hash, key: Key::LOWEST, parent: NONE, bit: 0, bits: 0, bytes: 0, changed: 0 }
    }
}

impl Stub {
    pub fn name(&self) -> Name {
        page_name(&self.key, self.bits)
    }
}

impl Tree {
    /// The page that must be loaded before this key can be looked for.
    pub fn missing(&self, key: &Key) -> Option<Name> {
        match self.locate(key) {
            Ok(_) => None,
            Err(_) => match self.nearest(key)?.kind() {
                Kind::Stub(stub) => Some(self.stubs[stub].name()),
                _ => None,
            },
        }
    }

    /// Every page that is not here.
    pub fn all_missing(&self) -> Vec<Name> {
        self.stubs_below(self.root).into_iter().map(|stub| self.stubs[stub].name()).collect()
    }

    /// Takes pages out that are as they were in the last finished checkpoint
    /// and were not written since the last call, until about `wanted` bytes of
    /// memory are free or all were looked at. No leaf that was found may be used
    /// any more.
    pub fn evict(&mut self, wanted: usize) {
        self.root();
        let mut dropped = BTreeMap::new();
        let mut freed = 0;
        for (name, bits, child) in self.partition() {
            if freed >= wanted {
                break;
            }
            let Kind::Node(node) = child.kind() else { continue };
            let is_pending = self.frozen.as_ref().is_some_and(|frozen| frozen.holds(&name));
            if self.is_changed_at(child) || is_pending || !self.exported.contains(&name) {
                continue;
            }
            let at = &mut self.nodes[node];
            if at.marks & USED != 0 {
                at.marks &= !USED;
                continue;
            }
            freed += usize::from(at.bytes) * MEMORY_PER_BYTE;
            dropped.insert(child, bits);
        }
        if !dropped.is_empty() {
            self.rebuild(&dropped);
        }
    }

    /// Puts a page back; one that is not missing is passed over. Errors:
    /// `PAGE_MALFORMED`, also for a page with other contents.
    pub fn load_page(&mut self, name: &[u8], bytes: &[u8]) -> CoreResult<()> {
        let mut stubs = self.stubs.places();
        // A page has bytes, a vacant place none.
        let Some((number, stub)) = stubs.find_map(|(number, stub)| {
            (stub.bytes > 0 && stub.name() == name).then_some((number, *stub))
        }) else {
            return Ok(());
        };
        drop(stubs);
        let mut page = Tree::of_page(bytes)?;
        if page.root() != stub.hash {
            return Err(pages_malformed("a page is not the one that was taken out"));
        }
        let top = self.adopt(&page, &BTreeMap::new());
        self.put_in_place(Child::stub(number), stub.parent, top);
        // Adopted as unchanged, and just used.
        *self.changed_mut(top) = stub.changed;
        if let Kind::Node(node) = top.kind() {
            self.nodes[node].marks |= USED;
        }
        self.stubs.vacate(number);
        Ok(())
    }

    /// What a touch of a stub is answered with.
    pub(super) fn missing_at(&self, stub: usize) -> CoreError {
        let name: String =
            self.stubs[stub].name().iter().map(|byte| format!("{byte:02x}")).collect();
        CoreError::with(ErrorCode::PageMissing, format!("page {name}"))
    }

    /// The bit at which a key parts from all of a stub's. Errors:
    /// `PAGE_MISSING` where only the page knows.
    pub(super) fn parting_from_stub(&self, child: Child, key: &Key) -> CoreResult<u16> {
        let Kind::Stub(stub) = child.kind() else { return Ok(0) };
        match self.stubs[stub].key.first_difference(key) {
            Some(bit) if bit < self.stubs[stub].bit => Ok(bit),
            _ => Err(self.missing_at(stub)),
        }
    }

    /// Stubs in a subtree.
    pub(super) fn stubs_below(&self, top: Child) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = if self.stubs.count() == 0 { Vec::new() } else { vec![top] };
        while let Some(child) = open.pop() {
            match child.kind() {
                Kind::Leaf(_) => {}
                Kind::Stub(stub) => found.push(stub),
                Kind::Node(node) => open.extend(self.nodes[node].children),
            }
        }
        found
    }

    /// Any key of a subtree.
    pub(super) fn key_below(&self, mut child: Child) -> &Key {
        loop {
            match child.kind() {
                Kind::Leaf(leaf) => return &self.leaves[leaf].key,
                Kind::Stub(stub) => return &self.stubs[stub].key,
                Kind::Node(node) => child = self.nodes[node].children[0],
            }
        }
    }

    /// The same trie in memory of its own, without gaps, in the order of keys.
    fn rebuild(&mut self, dropped: &BTreeMap<Child, u16>) {
        let mut tree = Tree::bare();
        tree.generation = self.generation;
        tree.root = tree.adopt(self, dropped);
        (tree.exported, tree.frozen) = (std::mem::take(&mut self.exported), self.frozen.take());
        *self = tree;
    }

    /// Copies another trie, of which nothing is stale, leaving stubs with names
    /// of so many bits for what is dropped. Gives its top, which has no parent.
    fn adopt(&mut self, from: &Tree, dropped: &BTreeMap<Child, u16>) -> Child {
        let mut adopted = Child(NONE);
        let mut open = vec![(from.root, NONE, 0)];
        while let Some((child, parent, side)) = open.pop() {
            let new = self.adopt_one(from, child, dropped.get(&child).copied());
            *self.parent_mut(new) = parent;
            match self.nodes.get_mut(parent) {
                Some(above) => above.children[side] = new,
                None => adopted = new,
            }
            if let (Kind::Node(old), Kind::Node(_)) = (child.kind(), new.kind()) {
                let [left, right] = from.nodes[old].children;
                open.extend([(right, new.0, 1), (left, new.0, 0)]);
            }
        }
        adopted
    }

    fn adopt_one(&mut self, from: &Tree, child: Child, stub_bits: Option<u16>) -> Child {
        let is_changed = from.is_changed_at(child);
        let changed = if is_changed { self.generation } else { self.generation.wrapping_sub(1) };
        match child.kind() {
            Kind::Leaf(leaf) => {
                let old = &from.leaves[leaf];
                let mut new = Leaf::new(old.key, 0, changed);
                new.set_value(old.value(&from.long), &mut self.long);
                let new = self.leaves.put(new);
                *self.leaves.aside_mut(new as usize) = *from.leaves.aside(leaf);
                self.add_to_index(&old.key, new);
                Child::leaf(new)
            }
            Kind::Stub(stub) => Child::stub(self.stubs.put(Stub { changed, ..from.stubs[stub] })),
            Kind::Node(node) => {
                let Node { hash, bit, bytes, .. } = from.nodes[node];
                if let Some(bits) = stub_bits {
                    let key = *from.key_below(child);
                    let stub = Stub { hash, key, parent: NONE, bit, bits, bytes, changed };
                    let new = self.stubs.put(stub);
                    return Child::stub(new);
                }
                Child(self.nodes.put(Node { changed, ..from.nodes[node] }))
            }
        }
    }
}
