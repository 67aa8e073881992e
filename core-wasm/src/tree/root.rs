//! Hashing what changed: first the leaves, then the nodes above them level by
//! level, so that there are always many independent hashes to make at once.

use super::{Child, Kind, Tree, STALE};
use crate::hash::{Domain, Hash, Hashes};
use crate::proof::push_leaf;

/// Stale leaves that are enough to fill the lanes on most levels, and few
/// enough for what they touch to stay in a cache.
const LEAVES_AT_ONCE: usize = 256;

/// Makes every hash of these trees right: together, as one tree alone has few
/// stale nodes on a level.
pub fn hash_trees<'a>(trees: impl IntoIterator<Item = &'a mut Tree>) {
    let (mut group, mut leaves) = (Vec::new(), 0);
    for tree in trees {
        if tree.is_stale() {
            leaves += tree.stale.len();
            group.push(tree);
        }
        if leaves >= LEAVES_AT_ONCE {
            hash_group(&mut group);
            group.clear();
            leaves = 0;
        }
    }
    hash_group(&mut group);
}

/// A leaf or node of one tree of a group.
type At = (u16, u32);

fn hash_group(trees: &mut [&mut Tree]) {
    let mut hashes = Hashes::default();
    hash_leaves(trees, &mut hashes);
    let (nodes, levels) = stale_nodes(trees);
    for level in levels.windows(2).rev() {
        let level = &nodes[level[0]..level[1]];
        hashes.clear();
        for (tree, node) in level {
            let [left, right] = trees[usize::from(*tree)].pair(*node);
            // Of lengths that the compiler sees.
            hashes.push(Domain::TreeNode, [&left[..], &right[..]]);
        }
        for ((tree, node), hash) in level.iter().zip(hashes.get()) {
            trees[usize::from(*tree)].refresh(*node, *hash);
        }
    }
    trees.iter_mut().for_each(|tree| tree.relieve_checkpoint());
}

fn hash_leaves(trees: &mut [&mut Tree], hashes: &mut Hashes) {
    let mut stale: Vec<At> = Vec::new();
    for (number, tree) in (0u16..).zip(trees.iter_mut()) {
        for leaf in std::mem::take(&mut tree.stale) {
            let at = &mut tree.leaves[leaf as usize];
            if at.marks & STALE != 0 {
                at.marks &= !STALE;
                let parent = at.parent;
                hashes.push_bare(at.value(&tree.long));
                tree.mark_from(parent);
                stale.push((number, leaf));
            }
        }
    }
    let values = hashes.take();
    for ((tree, leaf), value) in stale.iter().zip(&values) {
        let key = &trees[usize::from(*tree)].leaves[*leaf as usize].key;
        push_leaf(hashes, key.bytes(), value);
    }
    for ((tree, leaf), hash) in stale.iter().zip(hashes.get()) {
        *trees[usize::from(*tree)].leaves.aside_mut(*leaf as usize) = *hash;
    }
}

/// From the roots down, with where each level begins and ends.
fn stale_nodes(trees: &[&mut Tree]) -> (Vec<At>, Vec<usize>) {
    let stale = |tree: &Tree, child: Child| match child.kind() {
        Kind::Node(node) if tree.nodes[node].marks & STALE != 0 => Some(node as u32),
        _ => None,
    };
    let roots = (0u16..).zip(trees);
    let mut nodes: Vec<At> =
        roots.filter_map(|(number, tree)| Some((number, stale(tree, tree.root)?))).collect();
    let mut levels = vec![0];
    while levels.last() != Some(&nodes.len()) {
        let level = levels.last().copied().unwrap_or_default()..nodes.len();
        levels.push(level.end);
        for at in level {
            let (number, node) = nodes[at];
            let tree = &trees[usize::from(number)];
            for child in tree.nodes[node as usize].children {
                nodes.extend(stale(tree, child).map(|node| (number, node)));
            }
        }
    }
    (nodes, levels)
}

impl Tree {
    /// Whether the root must be worked out anew.
    fn is_stale(&self) -> bool {
        let is_root_stale = match self.root.kind() {
            Kind::Node(node) => self.nodes[node].marks & STALE != 0,
            _ => false,
        };
        is_root_stale || !self.stale.is_empty()
    }

    fn pair(&self, node: u32) -> [&Hash; 2] {
        self.nodes[node as usize].children.map(|child| self.hash_of(child))
    }

    /// A node whose children are not stale any more.
    fn refresh(&mut self, node: u32, hash: Hash) {
        let [left, right] = self.nodes[node as usize].children;
        let bytes = self.bytes_of(left).saturating_add(self.bytes_of(right));
        let at = &mut self.nodes[node as usize];
        (at.hash, at.bytes) = (hash, bytes);
        at.marks &= !STALE;
    }
}
