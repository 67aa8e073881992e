//! Trees over lists: the shape of RFC 6962, and proofs that fit one place only.

use proptest::prelude::*;
use rustorium_core::hash::Hash;
use rustorium_core::merkle::*;
use rustorium_core::proof::node_hash;
use rustorium_core::proto::ErrorCode;

/// RFC 6962, 2.1, as it is written there.
fn defined(items: &[Vec<u8>]) -> Hash {
    match items {
        [] => empty_root(),
        [item] => list_leaf(item),
        _ => {
            let half = items.len().next_power_of_two() / 2;
            node_hash(&defined(&items[..half]), &defined(&items[half..]))
        }
    }
}

fn items(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| vec![n as u8; n % 40]).collect()
}

#[test]
fn the_root_is_that_of_rfc_6962() {
    for count in 0..130 {
        assert_eq!(list_root(items(count)), defined(&items(count)), "{count}");
    }
}

#[test]
fn every_item_of_every_list_has_a_proof() {
    for count in 1..70 {
        let items = items(count);
        let root = list_root(&items);
        for (index, item) in items.iter().enumerate() {
            let proof = list_proof(&items, index).unwrap();
            verify_list(&root, item, &proof).unwrap();
        }
        assert!(list_proof(&items, count).is_none());
    }
    assert!(list_proof::<Vec<u8>>(&[], 0).is_none());
}

#[test]
fn a_proof_fits_its_item_place_and_size_only() {
    let items = items(13);
    let root = list_root(&items);
    for index in 0..13u32 {
        let proof = list_proof(&items, index as usize).unwrap();
        let refused = |change: &dyn Fn(&mut rustorium_core::proto::ListProof)| {
            let mut changed = proof.clone();
            change(&mut changed);
            let answer = verify_list(&root, &items[index as usize], &changed);
            assert_eq!(answer.unwrap_err().code, ErrorCode::ProofInvalid);
        };
        for other in (0..13).filter(|other| *other != index) {
            refused(&|proof| proof.index = other);
            assert!(verify_list(&root, &items[other as usize], &proof).is_err());
        }
        refused(&|proof| proof.count = 0);
        refused(&|proof| proof.index = 13);
        refused(&|proof| proof.index = u32::MAX);
        refused(&|proof| proof.siblings.push(vec![0; 32]));
        refused(&|proof| drop(proof.siblings.pop()));
        refused(&|proof| proof.siblings[0].push(0));
        refused(&|proof| proof.siblings[0][5] ^= 1);
    }
}

#[test]
fn a_node_is_no_leaf() {
    let items = items(4);
    let half = list_root(&items[..2]);
    let proof = list_proof(&[half.to_vec(), list_root(&items[2..]).to_vec()], 0).unwrap();
    assert!(verify_list(&list_root(&items), &half, &proof).is_err());
}

proptest! {
    #[test]
    fn any_proof_is_answered(index: u32, count: u32, siblings in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 31..34), 0..40)) {
        let proof = rustorium_core::proto::ListProof { index, count, siblings };
        prop_assert!(verify_list(&[0; 32], b"item", &proof).is_err());
    }
}
