//! A trie in pieces: pages, each the largest subtree that fits a bound. Which
//! pages there are, what they are called and what is in them follows from the
//! keys and values alone, so every node's checkpoint of a height is the same.
//!
//! Encoding of a page: format version (u8) | leaves in ascending order, each
//! key length (u8) | value length (u16) | key | value. Its name: number of bits
//! of the prefix that its keys share and no others have (u16) | those bits,
//! padded with zeros to whole bytes. Integers are little endian.

use super::{Child, Key, Tree, CHANGED, SENTINEL_VALUE, VALUE_BYTES_MAX};
use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;
use std::collections::BTreeSet;

/// Of an encoded page: under the 64 KiB that a value of Deno KV holds, with
/// room for what storage adds.
pub const PAGE_BYTES_MAX: usize = 48 * 1024;
const VERSION: u8 = 1;
const ENTRY_HEADER: usize = 3;
/// `u16` and a whole key.
const NAME_BYTES_MAX: usize = 2 + crate::proof::KEY_BYTES_MAX;

/// A page that differs from the last checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Names it within the slot.
    pub name: Vec<u8>,
    /// Empty: there is no such page any more.
    pub bytes: Vec<u8>,
}

/// What a leaf takes in its page.
pub(super) fn entry_bytes(key: &Key, value: &[u8]) -> u64 {
    (ENTRY_HEADER + key.bytes().len() + value.len()) as u64
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::PageMalformed, why)
}

impl Tree {
    /// Pages that are new, changed or gone since the last checkpoint.
    pub fn changed_pages(&mut self) -> Vec<Page> {
        self.root();
        let mut gone = self.exported.clone();
        let mut pages = Vec::new();
        for (name, child) in self.partition() {
            let known = gone.remove(&name);
            if !known || *self.marks_mut(child) & CHANGED != 0 {
                pages.push(Page { bytes: self.encode_page(child), name });
            }
        }
        pages.extend(gone.into_iter().map(|name| Page { name, bytes: Vec::new() }));
        pages
    }

    /// Whether [`Tree::changed_pages`] has anything to give.
    pub fn is_changed(&mut self) -> bool {
        let root = self.root;
        *self.marks_mut(root) & CHANGED != 0
    }

    /// Takes the present state as the last checkpoint.
    pub fn set_checkpoint(&mut self) {
        self.root();
        self.exported = self.partition().into_iter().map(|(name, _)| name).collect();
        let mut open = vec![self.root];
        while let Some(child) = open.pop() {
            let marks = self.marks_mut(child);
            if *marks & CHANGED == 0 {
                continue;
            }
            *marks &= !CHANGED;
            if let Err(node) = child.kind() {
                open.extend(self.nodes[node].children);
            }
        }
    }

    /// The pages in ascending order of their keys. Needs sizes that are not stale.
    fn partition(&self) -> Vec<(Vec<u8>, Child)> {
        let mut pages = Vec::new();
        let mut open = vec![(self.root, 0u16)];
        while let Some((child, bits)) = open.pop() {
            match child.kind() {
                Err(node) if self.nodes[node].bytes + 1 > PAGE_BYTES_MAX as u64 => {
                    let node = &self.nodes[node];
                    let [left, right] = node.children;
                    open.extend([(right, node.bit + 1), (left, node.bit + 1)]);
                }
                _ => pages.push((self.name(child, bits), child)),
            }
        }
        pages
    }

    fn name(&self, child: Child, bits: u16) -> Vec<u8> {
        let mut name = bits.to_le_bytes().to_vec();
        name.extend(self.leaves[self.outermost(child, 0)].key.prefix(bits));
        name
    }

    fn encode_page(&self, child: Child) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes_of(child) as usize + 1);
        bytes.push(VERSION);
        for (key, value) in self.leaves_below(Some(child)) {
            // Keys have at most 33 bytes, values at most VALUE_BYTES_MAX.
            bytes.push(key.bytes().len() as u8);
            bytes.extend((value.len() as u16).to_le_bytes());
            bytes.extend(key.bytes());
            bytes.extend(value);
        }
        bytes
    }
}

/// Makes a trie of its pages.
#[derive(Clone, Debug)]
pub struct PageLoader {
    tree: Tree,
    names: BTreeSet<Vec<u8>>,
}

impl Default for PageLoader {
    fn default() -> Self {
        Self { tree: Tree::bare(), names: BTreeSet::new() }
    }
}

impl PageLoader {
    /// Takes one page; they may come in any order. Errors: `PAGE_MALFORMED`.
    pub fn add(&mut self, name: &[u8], bytes: &[u8]) -> CoreResult<()> {
        if name.len() > NAME_BYTES_MAX || bytes.len() > PAGE_BYTES_MAX {
            return Err(malformed(format!("{} bytes of page", bytes.len())));
        }
        let (version, mut rest) = bytes.split_first().ok_or_else(|| malformed("an empty page"))?;
        if *version != VERSION {
            return Err(malformed(format!("format version {version}, known is {VERSION}")));
        }
        if !self.names.insert(name.to_vec()) {
            return Err(malformed("a page is there twice"));
        }
        while !rest.is_empty() {
            let (key, value, tail) = read_entry(rest)?;
            if self.tree.find(&key).is_some() {
                return Err(malformed("a key is there twice"));
            }
            self.tree.insert_leaf(key, value.to_vec());
            rest = tail;
        }
        Ok(())
    }

    /// The trie, if the pages were all of it and just as it would have them
    /// itself. Errors: `PAGE_MALFORMED`.
    pub fn finish(self) -> CoreResult<Tree> {
        let Self { mut tree, names } = self;
        for sentinel in [Key::LOWEST, Key::HIGHEST] {
            if tree.get(&sentinel) != Some(&SENTINEL_VALUE) {
                return Err(malformed("a sentinel is missing"));
            }
        }
        tree.set_checkpoint();
        if tree.exported != names {
            return Err(malformed("the pages are not cut where they should be"));
        }
        Ok(tree)
    }
}

fn read_entry(bytes: &[u8]) -> CoreResult<(Key, &[u8], &[u8])> {
    let short = || malformed("a page ends early");
    let ([key_len, low, high], rest) = bytes.split_first_chunk().ok_or_else(short)?;
    let value_len = usize::from(u16::from_le_bytes([*low, *high]));
    if !(1..=VALUE_BYTES_MAX).contains(&value_len) {
        return Err(malformed(format!("a value of {value_len} bytes")));
    }
    let (key, rest) = rest.split_at_checked(usize::from(*key_len)).ok_or_else(short)?;
    let (value, rest) = rest.split_at_checked(value_len).ok_or_else(short)?;
    let key = Key::from_bytes(key).ok_or_else(|| malformed("not a key of a slot"))?;
    Ok((key, value, rest))
}
