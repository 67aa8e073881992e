//! A checkpoint that is read while blocks go on: which pages it gives is fixed
//! when it begins, and whatever is changed before its page was read is kept as
//! it was.

use super::pages::{names_memory, Name, Page, PageWriter};
use super::{Child, Key, Kind, Tree};
use crate::error::CoreResult;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Kept leaves of one tree from which on its pages are rather made at once: they
/// take less memory than what they are made of would.
const KEPT_MAX: usize = 4_096;
/// What a kept leaf takes in memory, about.
const KEPT_BYTES: usize = 120;

/// A page to give: the length of its prefix, and one of its keys.
#[derive(Clone, Copy, Debug)]
struct Due {
    key: Key,
    bits: u16,
}

/// A checkpoint under way.
#[derive(Clone, Debug)]
pub(super) struct Frozen {
    /// Pages still to be made, ascending.
    due: VecDeque<(Name, Due)>,
    /// Pages made before they were asked for.
    ready: VecDeque<Page>,
    /// Leaves as they were: `None` for those that were not.
    kept: BTreeMap<Key, Option<Box<[u8]>>>,
    /// No leaf up to here is asked for any more.
    past: Option<Key>,
    /// Pages that this checkpoint writes or removes.
    names: BTreeSet<Name>,
    /// Pages of the checkpoint before.
    previous: BTreeSet<Name>,
}

impl Frozen {
    /// Notes a leaf as it is, before its first change.
    pub fn keep(&mut self, key: &Key, value: Option<&[u8]>) {
        if !self.due.is_empty() && self.past.is_none_or(|past| *key > past) {
            self.kept.entry(*key).or_insert_with(|| value.map(Box::from));
        }
    }

    /// Whether a page is not durable yet.
    pub fn holds(&self, name: &Name) -> bool {
        self.names.contains(name)
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        let ready: usize = self.ready.iter().map(|page| page.bytes.capacity()).sum();
        size_of::<Frozen>()
            + ready
            + self.kept.len() * KEPT_BYTES
            + self.due.capacity() * size_of::<(Name, Due)>()
            + names_memory(&self.names)
            + names_memory(&self.previous)
    }
}

impl Tree {
    /// Begins a checkpoint of the present state, from which on changes count
    /// towards the next one. One that was not ended is aborted. Errors:
    /// `PAGE_MISSING`, see [`Tree::missing_for_checkpoint`]; then nothing began.
    pub fn begin_checkpoint(&mut self) -> CoreResult<()> {
        let changes = self.changes();
        self.check_present(&changes)?;
        if changes.given.is_empty() && changes.gone.is_empty() {
            return Ok(());
        }
        let names = changes.given.iter().map(|(name, ..)| name).chain(&changes.gone);
        let names = names.cloned().collect();
        let due = changes.given.into_iter().map(|(name, bits, child)| {
            let key = *self.key_below(child);
            (name, Due { key, bits })
        });
        let due = due.collect();
        let gone = changes.gone.into_iter().map(|name| Page { name, bytes: Vec::new() });
        let ready = gone.collect();
        let previous = self.adopt_checkpoint(changes.names);
        let (kept, past) = (BTreeMap::new(), None);
        self.frozen = Some(Box::new(Frozen { due, ready, kept, past, names, previous }));
        Ok(())
    }

    /// The next page of the checkpoint that was begun, as it was then; `None`
    /// when all were given.
    pub fn next_page(&mut self) -> CoreResult<Option<Page>> {
        let Some(mut frozen) = self.frozen.take() else { return Ok(None) };
        let page = match frozen.ready.pop_front() {
            Some(page) => Ok(Some(page)),
            None => self.make_page(&mut frozen).transpose(),
        };
        self.frozen = Some(frozen);
        page
    }

    /// The checkpoint that was begun is durable: from here on its pages may be
    /// taken out of memory.
    pub fn end_checkpoint(&mut self) {
        self.frozen = None;
    }

    /// The checkpoint that was begun came to nothing: the next one gives again
    /// what it gave.
    pub fn abort_checkpoint(&mut self) {
        let Some(frozen) = self.frozen.take() else { return };
        self.exported = frozen.previous;
        // More than what differs, but nothing less.
        let generation = self.generation;
        self.leaves.items_mut().for_each(|leaf| leaf.changed = generation);
        self.nodes.items_mut().for_each(|node| node.changed = generation);
    }

    /// Bounds what is kept for pages that were not read yet.
    pub(super) fn relieve_checkpoint(&mut self) {
        if self.frozen.as_ref().is_none_or(|frozen| frozen.kept.len() <= KEPT_MAX) {
            return;
        }
        let Some(mut frozen) = self.frozen.take() else { return };
        while let Some(Ok(page)) = self.make_page(&mut frozen) {
            frozen.ready.push_back(page);
        }
        self.frozen = Some(frozen);
    }

    /// Makes the next page that is due, and forgets what was kept for it.
    fn make_page(&self, frozen: &mut Frozen) -> Option<CoreResult<Page>> {
        let (name, due) = frozen.due.pop_front()?;
        let last = due.key.last_of(due.bits);
        let after = frozen.kept.split_off(&due.key.first_of(due.bits));
        let mut kept = after;
        frozen.kept = kept.split_off(&last);
        if let Some(value) = frozen.kept.remove(&last) {
            kept.insert(last, value);
        }
        frozen.past = Some(last);
        if frozen.due.is_empty() {
            frozen.kept.clear();
        }
        Some(self.encode_kept(&due, &kept).map(|bytes| Page { name, bytes }))
    }

    /// The leaves that begin like this as they were: those kept instead of those
    /// here.
    fn encode_kept(
        &self,
        due: &Due,
        kept: &BTreeMap<Key, Option<Box<[u8]>>>,
    ) -> CoreResult<Vec<u8>> {
        let here = self.beginning_like(&due.key, due.bits);
        let mut page = PageWriter::new(here.map_or(0, |child| self.bytes_of(child).into()));
        let mut kept = kept.iter().peekable();
        let push = |page: &mut PageWriter, key: &Key, value: &Option<Box<[u8]>>| {
            if let Some(value) = value {
                page.push(key, value);
            }
        };
        for leaf in self.leaves_below(here) {
            let (key, value) = leaf?;
            while let Some((key, value)) = kept.next_if(|(other, _)| *other < key) {
                push(&mut page, key, value);
            }
            match kept.next_if(|(other, _)| *other == key) {
                Some((key, value)) => push(&mut page, key, value),
                None => page.push(key, value),
            }
        }
        kept.for_each(|(key, value)| push(&mut page, key, value));
        Ok(page.finish())
    }

    /// The subtree of all keys that have the first bits in common with this one.
    fn beginning_like(&self, key: &Key, bits: u16) -> Option<Child> {
        let mut child = self.root;
        while let Kind::Node(node) = child.kind() {
            if self.nodes[node].bit >= bits {
                break;
            }
            child = self.nodes[node].children[key.bit(self.nodes[node].bit)];
        }
        let parting = self.key_below(child).first_difference(key);
        parting.is_none_or(|bit| bit >= bits).then_some(child)
    }
}
