//! A trie in pieces: pages, each the largest subtree that fits a bound. Which
//! pages there are, what they are called and what is in them follows from the
//! keys and values alone, so every node's checkpoint of a height is the same.
//!
//! Encoding of a page: format version (u8) | leaves in ascending order, each
//! key length (u8) | value length (u16) | key | value. Its name: number of bits
//! of the prefix that its keys share and no others have (u16) | those bits,
//! padded with zeros to whole bytes. Integers are little endian.

use super::build::{Joiner, Part};
use super::{Child, Key, Kind, Tree, SENTINEL_VALUE, VALUE_BYTES_MAX};
use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;
use std::collections::{BTreeMap, BTreeSet};

/// Of an encoded page: under the 64 KiB that a value of Deno KV holds, with
/// room for what storage adds.
pub const PAGE_BYTES_MAX: usize = 48 * 1024;
const VERSION: u8 = 1;
const ENTRY_HEADER: usize = 3;
/// `u16` and a whole key.
const NAME_BYTES_MAX: usize = 2 + crate::proof::KEY_BYTES_MAX;

/// Of a page, within its slot.
pub type Name = Vec<u8>;

/// A page that differs from the last checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Names it within the slot.
    pub name: Name,
    /// Empty: there is no such page any more.
    pub bytes: Vec<u8>,
}

/// What a leaf takes in its page.
pub(super) fn entry_bytes(key: &Key, value: &[u8]) -> usize {
    ENTRY_HEADER + key.bytes().len() + value.len()
}

/// The name of a page whose keys, and no others, begin like this one.
pub(super) fn page_name(key: &Key, bits: u16) -> Name {
    let mut name = bits.to_le_bytes().to_vec();
    name.extend(key.prefix(bits));
    name
}

pub(super) fn pages_malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::PageMalformed, why)
}

/// What names take in memory: themselves, and their place in a tree that is two
/// thirds full, with what the allocator adds.
pub(super) fn names_memory(names: &BTreeSet<Name>) -> usize {
    names.len() * (NAME_BYTES_MAX + 16 + size_of::<Name>() * 3 / 2)
}

/// A page in the making.
pub(super) struct PageWriter(Vec<u8>);

impl PageWriter {
    /// With room for so many bytes.
    pub fn new(bytes: usize) -> PageWriter {
        let mut page = Vec::with_capacity(bytes + 1);
        page.push(VERSION);
        PageWriter(page)
    }

    /// Takes the next leaf.
    pub fn push(&mut self, key: &Key, value: &[u8]) {
        // Keys have at most 33 bytes, values at most VALUE_BYTES_MAX.
        self.0.push(key.bytes().len() as u8);
        self.0.extend((value.len() as u16).to_le_bytes());
        self.0.extend(key.bytes());
        self.0.extend(value);
    }

    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// What a checkpoint has to say of one tree.
pub(super) struct Changes {
    /// Pages that are new or changed, ascending, with the length of their prefix.
    pub given: Vec<(Name, u16, Child)>,
    /// Pages that are no more.
    pub gone: Vec<Name>,
    /// All there are.
    pub names: BTreeSet<Name>,
}

impl Tree {
    /// Pages that are new, changed or gone since the last checkpoint. Errors:
    /// `PAGE_MISSING`, see [`Tree::missing_for_checkpoint`].
    pub fn changed_pages(&mut self) -> CoreResult<Vec<Page>> {
        let changes = self.changes();
        let mut pages = Vec::new();
        for (name, _, child) in changes.given {
            pages.push(Page { bytes: self.encode_page(child)?, name });
        }
        pages.extend(changes.gone.into_iter().map(|name| Page { name, bytes: Vec::new() }));
        Ok(pages)
    }

    /// Whether [`Tree::changed_pages`] has anything to give.
    pub fn is_changed(&self) -> bool {
        self.is_changed_at(self.root) || !self.stale.is_empty()
    }

    /// Takes the present state as the last checkpoint, what changed having been
    /// read. Errors: `PAGE_MISSING`, see [`Tree::missing_for_checkpoint`].
    pub fn set_checkpoint(&mut self) -> CoreResult<()> {
        let changes = self.changes();
        self.check_present(&changes)?;
        self.adopt_checkpoint(changes.names);
        Ok(())
    }

    /// Pages that must be loaded before the next checkpoint: those that are
    /// merged into others or have got another name.
    pub fn missing_for_checkpoint(&mut self) -> Vec<Name> {
        if self.stubs.count() == 0 {
            return Vec::new();
        }
        let changes = self.changes();
        let tops = changes.given.iter().map(|(_, _, child)| *child);
        tops.flat_map(|child| self.stubs_below(child)).map(|stub| self.stubs[stub].name()).collect()
    }

    /// Errors: `PAGE_MISSING`.
    pub(super) fn check_present(&self, changes: &Changes) -> CoreResult<()> {
        let mut tops = changes.given.iter().map(|(_, _, child)| *child);
        match tops.find_map(|child| self.stubs_below(child).first().copied()) {
            Some(stub) => Err(self.missing_at(stub)),
            None => Ok(()),
        }
    }

    /// Nothing is changed any more.
    pub(super) fn adopt_checkpoint(&mut self, names: BTreeSet<Name>) -> BTreeSet<Name> {
        self.generation = self.generation.wrapping_add(1);
        std::mem::replace(&mut self.exported, names)
    }

    /// Against the last checkpoint; one that is still being read is given up.
    pub(super) fn changes(&mut self) -> Changes {
        self.abort_checkpoint();
        self.root();
        let mut gone = self.exported.clone();
        let (mut given, mut names) = (Vec::new(), BTreeSet::new());
        for (name, bits, child) in self.partition() {
            names.insert(name.clone());
            let is_known = gone.remove(&name);
            if !is_known || self.is_changed_at(child) {
                given.push((name, bits, child));
            }
        }
        Changes { given, gone: gone.into_iter().collect(), names }
    }

    /// The pages in ascending order of their keys, with the lengths of their
    /// prefixes. Needs sizes that are not stale.
    pub(super) fn partition(&self) -> Vec<(Name, u16, Child)> {
        let mut pages = Vec::new();
        let mut open = vec![(self.root, 0u16)];
        while let Some((child, bits)) = open.pop() {
            match child.kind() {
                Kind::Node(node) if usize::from(self.nodes[node].bytes) + 1 > PAGE_BYTES_MAX => {
                    let node = &self.nodes[node];
                    let [left, right] = node.children;
                    open.extend([(right, node.bit + 1), (left, node.bit + 1)]);
                }
                _ => pages.push((page_name(self.key_below(child), bits), bits, child)),
            }
        }
        pages
    }

    fn encode_page(&self, child: Child) -> CoreResult<Vec<u8>> {
        let mut page = PageWriter::new(self.bytes_of(child).into());
        for leaf in self.leaves_below(Some(child)) {
            let (key, value) = leaf?;
            page.push(key, value);
        }
        Ok(page.finish())
    }

    /// One page alone, with nothing changed.
    pub(super) fn of_page(bytes: &[u8]) -> CoreResult<Tree> {
        let mut tree = Tree::bare();
        let (_, part) = tree.add_page(bytes)?;
        tree.root = part.top;
        tree.generation = 1;
        Ok(tree)
    }

    /// The leaves of a page, as a subtree with its first key. Errors:
    /// `PAGE_MALFORMED`.
    fn add_page(&mut self, bytes: &[u8]) -> CoreResult<(Key, Part)> {
        let (version, rest) =
            bytes.split_first().ok_or_else(|| pages_malformed("an empty page"))?;
        if *version != VERSION {
            let why = format!("format version {version}, known is {VERSION}");
            return Err(pages_malformed(why));
        }
        let (first, value, mut rest) = read_entry(rest)?;
        let mut last = first;
        let mut joiner = Joiner::new(Child::leaf(self.put_leaf(&first, value)));
        while !rest.is_empty() {
            let (key, value, tail) = read_entry(rest)?;
            let bit = match last.first_difference(&key) {
                Some(bit) if key.bit(bit) == 1 => bit,
                _ => return Err(pages_malformed("the keys of a page do not ascend")),
            };
            let leaf = Child::leaf(self.put_leaf(&key, value));
            joiner.push(self, leaf, bit);
            (last, rest) = (key, tail);
        }
        Ok((first, Part { top: joiner.finish(), last }))
    }
}

/// Makes a trie of its pages.
#[derive(Clone, Debug)]
pub struct PageLoader {
    tree: Tree,
    names: BTreeSet<Name>,
    /// By their first keys.
    parts: BTreeMap<Key, Part>,
}

impl Default for PageLoader {
    fn default() -> Self {
        Self { tree: Tree::bare(), names: BTreeSet::new(), parts: BTreeMap::new() }
    }
}

impl PageLoader {
    /// Takes one page; they may come in any order. Errors: `PAGE_MALFORMED`,
    /// after which there is nothing to finish.
    pub fn add(&mut self, name: &[u8], bytes: &[u8]) -> CoreResult<()> {
        if name.len() > NAME_BYTES_MAX || bytes.len() > PAGE_BYTES_MAX {
            return Err(pages_malformed(format!("{} bytes of page", bytes.len())));
        }
        if !self.names.insert(name.to_vec()) {
            return Err(pages_malformed("a page is there twice"));
        }
        let (first, part) = self.tree.add_page(bytes)?;
        let before = self.parts.range(..=part.last).next_back();
        if before.is_some_and(|(_, before)| before.last >= first) {
            return Err(pages_malformed("a key is there twice"));
        }
        self.parts.insert(first, part);
        Ok(())
    }

    /// The trie, if the pages were all of it and just as it would have them
    /// itself. Errors: `PAGE_MALFORMED`.
    pub fn finish(self) -> CoreResult<Tree> {
        let Self { mut tree, names, parts } = self;
        let cut = || pages_malformed("the pages are not cut where they should be");
        tree.join(parts.iter()).ok_or_else(cut)?;
        for sentinel in [Key::LOWEST, Key::HIGHEST] {
            if tree.get(&sentinel)? != Some(&SENTINEL_VALUE) {
                return Err(pages_malformed("a sentinel is missing"));
            }
        }
        tree.set_checkpoint()?;
        if tree.exported != names {
            return Err(cut());
        }
        Ok(tree)
    }
}

fn read_entry(bytes: &[u8]) -> CoreResult<(Key, &[u8], &[u8])> {
    let short = || pages_malformed("a page ends early");
    let ([key_len, low, high], rest) = bytes.split_first_chunk().ok_or_else(short)?;
    let value_len = usize::from(u16::from_le_bytes([*low, *high]));
    if !(1..=VALUE_BYTES_MAX).contains(&value_len) {
        return Err(pages_malformed(format!("a value of {value_len} bytes")));
    }
    let (key, rest) = rest.split_at_checked(usize::from(*key_len)).ok_or_else(short)?;
    let (value, rest) = rest.split_at_checked(value_len).ok_or_else(short)?;
    let key = Key::from_bytes(key).ok_or_else(|| pages_malformed("not a key of a slot"))?;
    Ok((key, value, rest))
}
