//! Hashes of the ordered trees (one per slot, one over the 256 slot roots) and
//! verification of proofs from them. Everything here is what an ICS-23
//! verifier computes with our two `ProofSpec`s, so that either may be used.
#![forbid(unsafe_code)]

use crate::address::{slot_of, Address};
use crate::error::{CoreError, CoreResult};
use crate::hash::{hash, Domain, Hash, Hashes};
use crate::proto::{ErrorCode, MerkleLeaf, MerkleStep, SlotProof, StateProof};

/// First byte of the state key of an account: `0x01 | address`.
pub const ACCOUNT_KEY: u8 = 0x01;
/// Bytes of the longest key of a slot tree (the upper sentinel's and accounts').
pub const KEY_BYTES_MAX: usize = 33;
/// A path descends at most once per bit of a key.
pub const SLOT_PATH_MAX: usize = KEY_BYTES_MAX * 8;
/// The tree over slots is full: every path has as many steps as a slot has bits.
pub const TOP_PATH: usize = 8;

/// The state key of an account.
pub fn account_key(address: &Address) -> [u8; 33] {
    let mut key = [ACCOUNT_KEY; 33];
    key[1..].copy_from_slice(address);
    key
}

/// Leaf of a slot tree. `key` has at most [`KEY_BYTES_MAX`] bytes: below 128,
/// so its length is one byte of varint.
pub fn leaf_hash(key: &[u8], value: &[u8]) -> Hash {
    leaf_of_prehashed(key, blake3::hash(value).as_bytes())
}

/// [`leaf_hash`] among many, of a value that is hashed already.
pub(crate) fn push_leaf(hashes: &mut Hashes, key: &[u8], value: &Hash) {
    debug_assert!(key.len() < 128);
    let value = &value[..];
    match <&[u8; KEY_BYTES_MAX]>::try_from(key) {
        // Nearly all; of lengths that the compiler sees.
        Ok(key) => hashes.push(Domain::TreeLeaf, [&[KEY_BYTES_MAX as u8], &key[..], &[32], value]),
        Err(_) => hashes.push(Domain::TreeLeaf, [&[key.len() as u8], key, &[32], value]),
    }
}

/// Leaf of the tree over slots; the slot root stands in the leaf as it is.
pub fn top_leaf_hash(slot: u8, slot_root: &Hash) -> Hash {
    leaf_of_prehashed(&[slot], slot_root)
}

fn leaf_of_prehashed(key: &[u8], value: &Hash) -> Hash {
    debug_assert!(key.len() < 128);
    hash(Domain::TreeLeaf, &[&[key.len() as u8], key, &[32], value])
}

/// Inner node of every tree of the crate.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [Domain::TreeNode as u8; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    *blake3::hash(&bytes).as_bytes()
}

/// The next level of a tree that has this one. An odd last node moves up as it
/// is, which gives the RFC 6962 tree.
pub(crate) fn above(level: &[Hash]) -> Vec<Hash> {
    let (pairs, odd) = level.as_chunks();
    let mut hashes = Hashes::with_capacity(pairs.len());
    pairs.iter().for_each(|[left, right]| hashes.push(Domain::TreeNode, [left, right]));
    let mut above = hashes.take();
    above.extend(odd);
    above
}

/// The step from a left child, whose sibling is `right`.
pub fn step_from_left(right: &Hash) -> MerkleStep {
    MerkleStep { prefix: vec![Domain::TreeNode as u8], suffix: right.to_vec() }
}

/// The step from a right child, whose sibling is `left`.
pub fn step_from_right(left: &Hash) -> MerkleStep {
    let mut prefix = Vec::with_capacity(33);
    prefix.push(Domain::TreeNode as u8);
    prefix.extend_from_slice(left);
    MerkleStep { prefix, suffix: Vec::new() }
}

/// Root of the tree over the slots, from the 256 slot roots.
pub fn top_root(slot_roots: &[Hash; 256]) -> Hash {
    let mut level = top_leaves(slot_roots);
    while level.len() > 1 {
        level = above(&level);
    }
    level.first().copied().unwrap_or_default()
}

/// The leaf of one slot, with its path to the root over the slots.
pub fn top_leaf(slot_roots: &[Hash; 256], slot: u8) -> MerkleLeaf {
    let mut level = top_leaves(slot_roots);
    let mut at = usize::from(slot);
    let mut path = Vec::with_capacity(TOP_PATH);
    while level.len() > 1 {
        let sibling = &level[at ^ 1];
        path.push(if at & 1 == 0 { step_from_left(sibling) } else { step_from_right(sibling) });
        level = above(&level);
        at >>= 1;
    }
    MerkleLeaf { key: vec![slot], value: slot_roots[usize::from(slot)].to_vec(), path }
}

fn top_leaves(slot_roots: &[Hash; 256]) -> Vec<Hash> {
    let mut hashes = Hashes::with_capacity(slot_roots.len());
    for (slot, root) in (0u8..=255).zip(slot_roots) {
        push_leaf(&mut hashes, &[slot], root);
    }
    hashes.take()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

fn invalid(why: &str) -> CoreError {
    CoreError::with(ErrorCode::ProofInvalid, why)
}

/// Which child the step starts from. Any other shape could hide a second
/// meaning in the hashed bytes.
fn side(step: &MerkleStep) -> CoreResult<Side> {
    if step.prefix.first() != Some(&(Domain::TreeNode as u8)) {
        return Err(invalid("a step does not begin with the node prefix"));
    }
    match (step.prefix.len(), step.suffix.len()) {
        (1, 32) => Ok(Side::Left),
        (33, 0) => Ok(Side::Right),
        _ => Err(invalid("a step has not the size of a node")),
    }
}

fn climb(leaf: Hash, path: &[MerkleStep]) -> CoreResult<Hash> {
    path.iter().try_fold(leaf, |child, step| {
        side(step)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&step.prefix).update(&child).update(&step.suffix);
        Ok(*hasher.finalize().as_bytes())
    })
}

/// The root that a leaf of a slot tree leads to.
fn slot_root(leaf: &MerkleLeaf) -> CoreResult<Hash> {
    if leaf.key.is_empty() || leaf.key.len() > KEY_BYTES_MAX {
        return Err(invalid("a key has 1 to 33 bytes"));
    }
    if leaf.value.is_empty() {
        return Err(invalid("a value is empty"));
    }
    if leaf.path.len() > SLOT_PATH_MAX {
        return Err(invalid("a path is longer than a key has bits"));
    }
    climb(leaf_hash(&leaf.key, &leaf.value), &leaf.path)
}

/// Nothing lies between two leaves of one tree: their paths part at one node,
/// the left one going down rightmost from there, the right one leftmost.
fn ensure_neighbours(left: &[MerkleStep], right: &[MerkleStep]) -> CoreResult<()> {
    let shared = left.iter().rev().zip(right.iter().rev()).take_while(|(l, r)| l == r).count();
    // `shared` is at most either length, so neither subtraction can wrap.
    let (left, right) = (&left[..left.len() - shared], &right[..right.len() - shared]);
    let (Some((left_top, left_rest)), Some((right_top, right_rest))) =
        (left.split_last(), right.split_last())
    else {
        return Err(invalid("one neighbour lies above the other"));
    };
    let parts = side(left_top)? == Side::Left && side(right_top)? == Side::Right;
    let outermost = |path: &[MerkleStep], wanted: Side| -> CoreResult<bool> {
        path.iter().try_fold(true, |so_far, step| Ok(so_far && side(step)? == wanted))
    };
    if parts && outermost(left_rest, Side::Right)? && outermost(right_rest, Side::Left)? {
        Ok(())
    } else {
        Err(invalid("the two neighbours are not adjacent"))
    }
}

/// The value of `key` in the tree of that root, or `None` where the proof shows
/// that there is none. Errors: `PROOF_INVALID`.
pub fn verify_slot<'a>(
    root: &Hash,
    key: &[u8],
    proof: &'a SlotProof,
) -> CoreResult<Option<&'a [u8]>> {
    match (&proof.exists, &proof.left, &proof.right) {
        (Some(leaf), None, None) => {
            if leaf.key != key {
                return Err(invalid("the leaf is of another key"));
            }
            ensure_root(leaf, root)?;
            Ok(Some(&leaf.value))
        }
        (None, Some(left), Some(right)) => {
            if !(left.key.as_slice() < key && key < right.key.as_slice()) {
                return Err(invalid("the key does not lie between the two neighbours"));
            }
            ensure_root(left, root)?;
            ensure_root(right, root)?;
            ensure_neighbours(&left.path, &right.path)?;
            Ok(None)
        }
        _ => Err(invalid("a proof has either the leaf or its two neighbours")),
    }
}

fn ensure_root(leaf: &MerkleLeaf, root: &Hash) -> CoreResult<()> {
    if slot_root(leaf)? == *root {
        Ok(())
    } else {
        Err(invalid("the path leads to another slot root"))
    }
}

/// The root of one slot, proven by the root over all slots.
pub fn verify_top(state_root: &Hash, slot: u8, leaf: &MerkleLeaf) -> CoreResult<Hash> {
    if leaf.key != [slot] {
        return Err(invalid("the slot's leaf is of another slot"));
    }
    let root: Hash =
        leaf.value.as_slice().try_into().map_err(|_| invalid("a slot root has 32 bytes"))?;
    if leaf.path.len() != TOP_PATH {
        return Err(invalid("a path over the slots has 8 steps"));
    }
    // The place in a full tree is the slot's number, lowest bit at the leaf.
    for (bit, step) in leaf.path.iter().enumerate() {
        let wanted = if slot >> bit & 1 == 0 { Side::Left } else { Side::Right };
        if side(step)? != wanted {
            return Err(invalid("the slot's leaf stands in another place"));
        }
    }
    if climb(top_leaf_hash(slot, &root), &leaf.path)? != *state_root {
        return Err(invalid("the path leads to another state root"));
    }
    Ok(root)
}

/// The encoded account under `state_root`, or `None` where the proof shows that
/// the address has none. Errors: `PROOF_INVALID`.
pub fn verify_account<'a>(
    state_root: &Hash,
    address: &Address,
    proof: &'a StateProof,
) -> CoreResult<Option<&'a [u8]>> {
    let slot = slot_of(address);
    if proof.slot != u32::from(slot) {
        return Err(invalid("the proof is of another slot"));
    }
    let (Some(in_slot), Some(in_state)) = (&proof.in_slot, &proof.in_state) else {
        return Err(invalid("a part of the proof is missing"));
    };
    let root = verify_top(state_root, slot, in_state)?;
    verify_slot(&root, &account_key(address), in_slot)
}
