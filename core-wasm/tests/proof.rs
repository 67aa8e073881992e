//! Proofs of the state: presence and absence, and nothing bent passes.

mod common;
use common::{state, Tree};
use proptest::prelude::*;
use rustorium_core::proof::*;
use rustorium_core::proto::{ErrorCode, MerkleLeaf, MerkleStep, SlotProof, StateProof};

fn tree(count: u8) -> Tree {
    Tree::new(
        (0..count)
            .map(|n| (account_key(blake3::hash(&[n]).as_bytes()).to_vec(), vec![n + 1]))
            .collect(),
    )
}

#[test]
fn every_key_is_there_and_every_other_is_not() {
    for count in [0, 1, 2, 3, 40] {
        let tree = tree(count);
        let root = tree.root();
        for (key, value) in &tree.entries {
            assert_eq!(verify_slot(&root, key, &tree.prove(key)).unwrap(), Some(&value[..]));
        }
        for n in 0..200u8 {
            let key = account_key(blake3::hash(&[n, n]).as_bytes());
            assert_eq!(verify_slot(&root, &key, &tree.prove(&key)).unwrap(), None);
        }
    }
}

#[test]
fn neighbours_that_leave_a_key_out_are_refused() {
    let tree = tree(12);
    let root = tree.root();
    // Every pair but the adjacent ones, around every key that lies between.
    for left in 0..tree.entries.len() {
        for right in left + 2..tree.entries.len() {
            let hidden = &tree.entries[left + 1].0;
            let proof = SlotProof {
                exists: None,
                left: Some(tree.leaf(left)),
                right: Some(tree.leaf(right)),
            };
            assert_eq!(
                verify_slot(&root, hidden, &proof).unwrap_err().code,
                ErrorCode::ProofInvalid
            );
        }
    }
}

#[test]
fn a_proof_of_something_else_is_refused() {
    let tree = tree(12);
    let root = tree.root();
    let key = tree.entries[5].0.clone();
    let absent = account_key(&[0x77; 32]);
    let right = tree.prove(&key);
    let refused = |key: &[u8], proof: SlotProof| {
        assert_eq!(verify_slot(&root, key, &proof).unwrap_err().code, ErrorCode::ProofInvalid);
    };
    refused(&absent, right.clone());
    refused(&key, tree.prove(&absent));
    refused(&key, SlotProof::default());
    let both = SlotProof { exists: right.exists.clone(), ..tree.prove(&absent) };
    refused(&key, both);
    let one = SlotProof { right: None, ..tree.prove(&absent) };
    refused(&absent, one);
    let swapped = tree.prove(&absent);
    refused(
        &absent,
        SlotProof { left: swapped.right.clone(), right: swapped.left.clone(), exists: None },
    );
    let same = SlotProof { left: swapped.left.clone(), right: swapped.left, exists: None };
    refused(&absent, same);
}

#[test]
fn neighbours_that_stand_the_wrong_way_round_are_refused() {
    let (low, high) = (account_key(&[1; 32]), account_key(&[9; 32]));
    let (low_hash, high_hash) = (leaf_hash(&low, &[1]), leaf_hash(&high, &[1]));
    let leaf =
        |key: &[u8], step| MerkleLeaf { key: key.to_vec(), value: vec![1], path: vec![step] };
    let left = leaf(&low, step_from_right(&high_hash));
    let right = leaf(&high, step_from_left(&low_hash));
    let root = node_hash(&high_hash, &low_hash);
    let proof = SlotProof { exists: None, left: Some(left), right: Some(right) };
    let absent = account_key(&[5; 32]);
    assert_eq!(verify_slot(&root, &absent, &proof).unwrap_err().code, ErrorCode::ProofInvalid);
}

fn refused_under(root: [u8; 32], leaf: MerkleLeaf) {
    let key = leaf.key.clone();
    let proof = SlotProof { exists: Some(leaf), ..SlotProof::default() };
    assert_eq!(verify_slot(&root, &key, &proof).unwrap_err().code, ErrorCode::ProofInvalid);
}

#[test]
fn steps_and_leaves_of_another_shape_are_refused_even_where_the_hash_fits() {
    let (key, value) = (account_key(&[1; 32]).to_vec(), vec![1]);
    let leaf = leaf_hash(&key, &value);
    let shapes = [(33, 1), (1, 31), (1, 33), (32, 0), (34, 0), (1, 0), (33, 32)];
    for (prefix, suffix) in shapes {
        let step = MerkleStep { prefix: vec![1; prefix], suffix: vec![1; suffix] };
        let root = *blake3::hash(&[&step.prefix, &leaf[..], &step.suffix].concat()).as_bytes();
        refused_under(
            root,
            MerkleLeaf { key: key.clone(), value: value.clone(), path: vec![step] },
        );
    }
    let empty = leaf_hash(&key, &[]);
    refused_under(empty, MerkleLeaf { key: key.clone(), value: vec![], path: vec![] });
    let long = vec![1; KEY_BYTES_MAX + 1];
    refused_under(leaf_hash(&long, &value), MerkleLeaf { key: long, value, path: vec![] });
}

#[test]
fn a_slot_in_the_place_of_another_is_refused() {
    let roots = [[5; 32]; 256];
    let mut leaf = common::top_leaf(&roots, 6);
    let under = |leaf: &MerkleLeaf, slot: u8| {
        leaf.path.iter().fold(top_leaf_hash(slot, &[5; 32]), |child, step| {
            *blake3::hash(&[&step.prefix, &child[..], &step.suffix].concat()).as_bytes()
        })
    };
    assert_eq!(verify_top(&under(&leaf, 6), 6, &leaf).unwrap(), [5; 32]);
    leaf.key = vec![7];
    let answer = verify_top(&under(&leaf, 7), 7, &leaf);
    assert_eq!(answer.unwrap_err().code, ErrorCode::ProofInvalid);
}

fn bent(leaf: &MerkleLeaf) -> Vec<MerkleLeaf> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut MerkleLeaf)| {
        let mut bent = leaf.clone();
        change(&mut bent);
        all.push(bent);
    };
    with(&|leaf| leaf.value[0] ^= 1);
    with(&|leaf| leaf.value.clear());
    with(&|leaf| leaf.path.clear());
    with(&|leaf| leaf.path.push(MerkleStep { prefix: vec![1], suffix: vec![0; 32] }));
    with(&|leaf| leaf.path = vec![leaf.path[0].clone(); SLOT_PATH_MAX + 1]);
    for at in 0..leaf.path.len() {
        with(&|leaf| drop(leaf.path.remove(at)));
        with(&|leaf| leaf.path[at].prefix[0] = 0);
        with(&|leaf| leaf.path[at].prefix.clear());
        with(&|leaf| leaf.path[at].suffix.push(0));
        with(&|leaf| leaf.path[at].prefix.push(0));
        with(&|leaf| {
            let step = &mut leaf.path[at];
            // The other side with the same sibling.
            *step = if step.suffix.is_empty() {
                MerkleStep { prefix: vec![1], suffix: step.prefix[1..].to_vec() }
            } else {
                MerkleStep { prefix: [&[1], &step.suffix[..]].concat(), suffix: vec![] }
            };
        });
    }
    all
}

#[test]
fn a_bent_leaf_or_path_is_refused() {
    let tree = tree(12);
    let root = tree.root();
    let key = tree.entries[5].0.clone();
    for leaf in bent(&tree.leaf(5)) {
        let proof = SlotProof { exists: Some(leaf), ..SlotProof::default() };
        assert_eq!(verify_slot(&root, &key, &proof).unwrap_err().code, ErrorCode::ProofInvalid);
    }
    let absent = account_key(&[0x77; 32]);
    let SlotProof { left, right, .. } = tree.prove(&absent);
    let (left, right) = (left.unwrap(), right.unwrap());
    for leaf in bent(&left) {
        let proof = SlotProof { exists: None, left: Some(leaf), right: Some(right.clone()) };
        assert!(verify_slot(&root, &absent, &proof).is_err());
    }
    for leaf in bent(&right) {
        let proof = SlotProof { exists: None, left: Some(left.clone()), right: Some(leaf) };
        assert!(verify_slot(&root, &absent, &proof).is_err());
    }
}

#[test]
fn an_account_is_proven_from_the_state_root() {
    let accounts: Vec<[u8; 32]> = (0..50u8).map(|n| *blake3::hash(&[n]).as_bytes()).collect();
    let (root, proof) = state(&accounts, &accounts[9]);
    assert_eq!(
        verify_account(&root, &accounts[9], &proof).unwrap(),
        Some(&[8, accounts[9][0]][..])
    );
    let (same, absence) = state(&accounts, &[1; 32]);
    assert_eq!(same, root);
    assert_eq!(verify_account(&root, &[1; 32], &absence).unwrap(), None);

    let refused = |change: &dyn Fn(&mut StateProof)| {
        let mut bent = proof.clone();
        change(&mut bent);
        assert_eq!(
            verify_account(&root, &accounts[9], &bent).unwrap_err().code,
            ErrorCode::ProofInvalid
        );
    };
    refused(&|proof| proof.slot ^= 1);
    refused(&|proof| proof.slot += 256);
    refused(&|proof| proof.in_slot = None);
    refused(&|proof| proof.in_state = None);
    refused(&|proof| proof.in_state.as_mut().unwrap().key[0] ^= 1);
    refused(&|proof| proof.in_state.as_mut().unwrap().key.push(0));
    for leaf in bent(proof.in_state.as_ref().unwrap()) {
        refused(&|proof| proof.in_state = Some(leaf.clone()));
    }
    refused(&|proof| proof.in_state = absence.in_state.clone());
    refused(&|proof| proof.in_slot = absence.in_slot.clone());
    assert!(verify_account(&[0; 32], &accounts[9], &proof).is_err());
}

prop_compose! {
    fn any_leaf()(
        key in proptest::collection::vec(any::<u8>(), 0..35),
        value in proptest::collection::vec(any::<u8>(), 0..40),
        path in proptest::collection::vec((0usize..3, any::<[u8; 33]>()), 0..12),
    ) -> MerkleLeaf {
        let path = path.iter().map(|(kind, bytes)| match kind {
            0 => MerkleStep { prefix: vec![1], suffix: bytes[1..].to_vec() },
            1 => MerkleStep { prefix: [&[1], &bytes[1..]].concat(), suffix: vec![] },
            _ => MerkleStep { prefix: bytes[..5].to_vec(), suffix: bytes[5..].to_vec() },
        }).collect();
        MerkleLeaf { key, value, path }
    }
}

proptest! {
    #[test]
    fn any_proof_is_answered(exists in proptest::option::of(any_leaf()), left in proptest::option::of(any_leaf()), right in proptest::option::of(any_leaf()), key in proptest::collection::vec(any::<u8>(), 0..35)) {
        let proof = SlotProof { exists, left, right };
        prop_assert!(verify_slot(&[0; 32], &key, &proof).is_err());
        if let Some(leaf) = &proof.left {
            prop_assert!(verify_top(&[0; 32], 3, leaf).is_err());
        }
    }
}
