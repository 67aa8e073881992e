//! Tries of what is sorted already.

use super::{Child, Key, Kind, Node, Tree, NONE, STALE};

/// Joins leaves or whole subtrees, ascending, to one: a new one always hangs
/// somewhere on the right edge.
pub(super) struct Joiner {
    /// The nodes of the right edge, from the top.
    edge: Vec<u32>,
    top: Child,
}

impl Joiner {
    pub fn new(first: Child) -> Joiner {
        Joiner { edge: Vec::new(), top: first }
    }

    /// Adds what parts at `bit` from what came last.
    pub fn push(&mut self, tree: &mut Tree, next: Child, bit: u16) {
        let keep = self.edge.partition_point(|node| tree.nodes[*node as usize].bit < bit);
        let above = keep.checked_sub(1).map_or(NONE, |last| self.edge[last]);
        let sibling = match tree.nodes.get_mut(above) {
            Some(node) => node.children[1],
            None => self.top,
        };
        let (changed, marks) = (tree.generation, STALE);
        let children = [sibling, next];
        let node = Node { children, parent: above, bit, changed, marks, ..Node::default() };
        let node = tree.nodes.put(node);
        match tree.nodes.get_mut(above) {
            Some(node_above) => node_above.children[1] = Child(node),
            None => self.top = Child(node),
        }
        *tree.parent_mut(sibling) = node;
        *tree.parent_mut(next) = node;
        self.edge.truncate(keep);
        self.edge.push(node);
    }

    pub fn finish(self) -> Child {
        self.top
    }
}

/// A subtree that is not in its place yet.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub top: Child,
    pub last: Key,
}

impl Tree {
    /// Makes subtrees, ascending by their first keys, the whole trie; `None`
    /// where one of them is not a subtree of what they make.
    pub(super) fn join<'a>(
        &mut self,
        parts: impl Iterator<Item = (&'a Key, &'a Part)>,
    ) -> Option<()> {
        let mut parts = parts.peekable();
        let (_, mut before) = parts.next()?;
        let mut joiner = Joiner::new(before.top);
        let mut parted = None;
        for (first, part) in parts {
            let bit = before.last.first_difference(first)?;
            self.parts_below(before.top, parted.max(Some(bit)))?;
            joiner.push(self, part.top, bit);
            (before, parted) = (part, Some(bit));
        }
        self.parts_below(before.top, parted)?;
        self.root = joiner.finish();
        Some(())
    }

    /// Whether all keys of a subtree have the bits up to `parted` in common.
    fn parts_below(&self, top: Child, parted: Option<u16>) -> Option<()> {
        match top.kind() {
            Kind::Node(node) => (Some(self.nodes[node].bit) > parted).then_some(()),
            _ => Some(()),
        }
    }
}
