//! Trees over lists, split as in RFC 6962: the left side takes the largest
//! power of two below the count. Leaves and nodes have prefixes of their own.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::hash::{hash, Domain, Hash, Hashes};
use crate::proof::{above, node_hash};
use crate::proto::{ErrorCode, ListProof};

/// Leaf of an item.
pub fn list_leaf(item: &[u8]) -> Hash {
    hash(Domain::ListLeaf, &[item])
}

/// Root of the empty list.
pub fn empty_root() -> Hash {
    hash(Domain::ListEmpty, &[])
}

/// Root over the items in their order.
pub fn list_root<T: AsRef<[u8]>>(items: impl IntoIterator<Item = T>) -> Hash {
    root_of_leaves(list_leaves(items))
}

/// Leaves of many items.
pub fn list_leaves<T: AsRef<[u8]>>(items: impl IntoIterator<Item = T>) -> Vec<Hash> {
    let mut hashes = Hashes::default();
    items.into_iter().for_each(|item| hashes.push(Domain::ListLeaf, [item.as_ref()]));
    hashes.take()
}

/// Root over the items that have these leaves.
pub fn root_of_leaves(mut level: Vec<Hash>) -> Hash {
    while level.len() > 1 {
        level = above(&level);
    }
    level.pop().unwrap_or_else(empty_root)
}

/// The proof for the item at `index`, or `None` beyond the end.
pub fn list_proof<T: AsRef<[u8]>>(items: &[T], index: usize) -> Option<ListProof> {
    if index >= items.len() {
        return None;
    }
    let count = u32::try_from(items.len()).ok()?;
    let mut level = list_leaves(items);
    let mut siblings = Vec::new();
    let mut at = index;
    while level.len() > 1 {
        if let Some(sibling) = level.get(at ^ 1) {
            siblings.push(sibling.to_vec());
        }
        level = above(&level);
        at /= 2;
    }
    // An index below a u32 count fits.
    Some(ListProof { index: index as u32, count, siblings })
}

/// The root that the proof leads to from an item. Errors: `PROOF_INVALID`.
pub fn root_from_proof(item: &[u8], proof: &ListProof) -> CoreResult<Hash> {
    let invalid = |why: &str| CoreError::with(ErrorCode::ProofInvalid, why);
    if proof.index >= proof.count {
        return Err(invalid("the index lies beyond the list"));
    }
    let (mut at, mut last) = (proof.index, proof.count - 1);
    let mut node = list_leaf(item);
    let mut siblings = proof.siblings.iter();
    // RFC 9162, 2.1.3.2; at most 32 turns, as `last` halves.
    while last > 0 {
        if at % 2 == 1 || at < last {
            let sibling = siblings.next().ok_or_else(|| invalid("a sibling is missing"))?;
            let sibling: &Hash =
                sibling.as_slice().try_into().map_err(|_| invalid("a sibling has 32 bytes"))?;
            node = if at % 2 == 1 { node_hash(sibling, &node) } else { node_hash(&node, sibling) };
        }
        at /= 2;
        last /= 2;
    }
    if siblings.next().is_some() {
        return Err(invalid("there are more siblings than levels"));
    }
    Ok(node)
}

/// Whether the item stands at `proof.index` of the list of that root.
pub fn verify_list(root: &Hash, item: &[u8], proof: &ListProof) -> CoreResult<()> {
    if root_from_proof(item, proof)? == *root {
        Ok(())
    } else {
        Err(CoreError::with(ErrorCode::ProofInvalid, "the path leads to another list root"))
    }
}
