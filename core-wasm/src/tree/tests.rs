mod checkpoint;
mod eviction;

use super::*;
use crate::address::Address;
use crate::proof::{leaf_hash, node_hash, verify_slot};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Addresses that share long prefixes, so that depth and parting are tried.
fn address() -> impl Strategy<Value = Address> {
    (0usize..32, any::<u8>(), prop_oneof![Just(0u8), Just(0xff), any::<u8>()]).prop_map(
        |(at, byte, fill)| {
            let mut address = [fill; 32];
            address[at] = byte;
            address
        },
    )
}

/// `None` removes.
fn changes(max: usize) -> impl Strategy<Value = Vec<(Address, Option<Vec<u8>>)>> {
    let value = prop::option::weighted(0.7, prop::collection::vec(any::<u8>(), 1..40));
    prop::collection::vec((address(), value), 0..max)
}

type Model = BTreeMap<Address, Vec<u8>>;

fn apply(tree: &mut Tree, model: &mut Model, changes: &[(Address, Option<Vec<u8>>)]) {
    for (address, value) in changes {
        match value {
            Some(value) => {
                tree.insert(&Key::account(address), value).unwrap();
                model.insert(*address, value.clone());
            }
            None => {
                assert_eq!(
                    tree.remove(&Key::account(address)).unwrap(),
                    model.remove(address).is_some()
                );
            }
        }
    }
}

fn built_from(model: &Model) -> Tree {
    let mut tree = Tree::default();
    for (address, value) in model {
        tree.insert(&Key::account(address), value).unwrap();
    }
    tree
}

/// The definition: split where the keys of a set first part.
fn root_by_definition(leaves: &[(Key, Vec<u8>)]) -> Hash {
    let (first, last) = (&leaves[0], &leaves[leaves.len() - 1]);
    match first.0.first_difference(&last.0) {
        None => leaf_hash(first.0.bytes(), &first.1),
        Some(bit) => {
            let right = leaves.partition_point(|(key, _)| key.bit(bit) == 0);
            let (left, right) = leaves.split_at(right);
            node_hash(&root_by_definition(left), &root_by_definition(right))
        }
    }
}

fn large(count: u32) -> Model {
    (0..count)
        .map(|number| {
            let address = *blake3::hash(&number.to_le_bytes()).as_bytes();
            (address, vec![number as u8; 1 + (number % 90) as usize])
        })
        .collect()
}

fn load(pages: &BTreeMap<Vec<u8>, Vec<u8>>) -> CoreResult<Tree> {
    let mut loader = PageLoader::default();
    for (name, bytes) in pages {
        loader.add(name, bytes)?;
    }
    loader.finish()
}

fn keep(pages: &mut BTreeMap<Vec<u8>, Vec<u8>>, changed: Vec<Page>) {
    for Page { name, bytes } in changed {
        if bytes.is_empty() {
            assert!(pages.remove(&name).is_some(), "only known pages go");
        } else {
            assert!(bytes.len() <= PAGE_BYTES_MAX);
            pages.insert(name, bytes);
        }
    }
}

#[test]
fn an_empty_tree_is_its_two_sentinels() {
    let root = node_hash(&leaf_hash(&[0], &[0]), &leaf_hash(&[0xff; 33], &[0]));
    assert_eq!(Tree::default().root(), root);
    assert_eq!(Tree::default().resident(), 2);
}

/// Pins what checkpoints on disk and other nodes' snapshots look like.
#[test]
fn pages_are_encoded_as_ever() {
    let mut tree = Tree::default();
    tree.insert(&Key::account(&[0x80; 32]), &[7, 8]).unwrap();
    let pages = tree.changed_pages().unwrap();
    // Version, then for each leaf key length, value length, key and value.
    let lowest = "0101000000".to_owned();
    let account = format!("21020001{}0708", "80".repeat(32));
    let highest = format!("210100{}00", "ff".repeat(33));
    let expected = format!("01{lowest}{account}{highest}");
    assert_eq!(
        (hex::encode(&pages[0].name), hex::encode(&pages[0].bytes)),
        ("0000".into(), expected)
    );
    assert_eq!(
        hex::encode(tree.root()),
        "046c53e3f5bce10f04e9da3eb892caf18019b4c8b160ac8874d24bdc335c9d98"
    );
    let mut large = built_from(&large(3_000));
    let mut hasher = blake3::Hasher::new();
    for Page { name, bytes } in large.changed_pages().unwrap() {
        hasher.update(&name).update(&bytes);
    }
    assert_eq!(
        hasher.finalize().to_hex().as_str(),
        "90a5fb3c5c3e5d2666543bc047ecb8db0429f596ed7b21ee8056a61ccede9730"
    );
}

#[test]
fn sentinels_cannot_be_removed() {
    let mut tree = Tree::default();
    assert!(!tree.remove(&Key::LOWEST).unwrap() && !tree.remove(&Key::HIGHEST).unwrap());
    assert_eq!(tree.root(), Tree::default().root());
}

#[test]
fn values_are_bounded() {
    let mut tree = Tree::default();
    let key = Key::account(&[1; 32]);
    for bad in [vec![], vec![0; VALUE_BYTES_MAX + 1]] {
        assert_eq!(tree.insert(&key, &bad).unwrap_err().code, ErrorCode::PageMalformed);
    }
    tree.insert(&key, &[0; VALUE_BYTES_MAX]).unwrap();
}

#[test]
fn removing_gives_its_memory_to_the_next() {
    let mut tree = Tree::default();
    for round in 0..100u8 {
        tree.insert(&Key::account(&[round; 32]), &[1]).unwrap();
        assert!(tree.remove(&Key::account(&[round; 32])).unwrap());
    }
    let places = (tree.nodes.places().count(), tree.leaves.places().count());
    assert_eq!((tree.resident(), places), (2, (2, 3)));
}

#[test]
fn a_large_tree_is_cut_into_pages_and_only_changed_ones_are_given() {
    let mut model = large(4_000);
    let mut tree = built_from(&model);
    let mut pages = BTreeMap::new();
    keep(&mut pages, tree.changed_pages().unwrap());
    assert!(pages.len() > 8, "{} pages", pages.len());
    tree.set_checkpoint().unwrap();
    assert!(tree.changed_pages().unwrap().is_empty() && !tree.is_changed());

    let address = *model.keys().next().unwrap();
    tree.insert(&Key::account(&address), &[7; 9]).unwrap();
    model.insert(address, vec![7; 9]);
    let changed = tree.changed_pages().unwrap();
    assert_eq!(changed.len(), 1);
    keep(&mut pages, changed);
    assert_eq!(load(&pages).unwrap().root(), built_from(&model).root());
}

#[test]
fn a_page_that_keeps_its_name_but_loses_a_leaf_is_given_again() {
    let mut tree = Tree::default();
    for (mut address, value) in large(2_000) {
        address[0] &= 0x7f;
        tree.insert(&Key::account(&address), &value).unwrap();
    }
    for address in [[0x80; 32], [0xff; 32]] {
        tree.insert(&Key::account(&address), &[1]).unwrap();
    }
    let mut pages = BTreeMap::new();
    keep(&mut pages, tree.changed_pages().unwrap());
    tree.set_checkpoint().unwrap();
    assert!(tree.remove(&Key::account(&[0x80; 32])).unwrap());
    let changed = tree.changed_pages().unwrap();
    assert_eq!(changed.len(), 1);
    assert!(pages.contains_key(&changed[0].name));
    keep(&mut pages, changed);
    assert_eq!(load(&pages).unwrap().root(), tree.root());
}

#[test]
fn pages_that_are_missing_doubled_or_cut_elsewhere_are_refused() {
    let mut tree = built_from(&large(3_000));
    let mut pages = BTreeMap::new();
    keep(&mut pages, tree.changed_pages().unwrap());
    let refused = |pages: &BTreeMap<Vec<u8>, Vec<u8>>| {
        assert_eq!(load(pages).unwrap_err().code, ErrorCode::PageMalformed);
    };
    for name in pages.keys() {
        // Whatever loads without one page is not cut the same, or lacks a sentinel.
        let mut fewer = pages.clone();
        fewer.remove(name);
        if let Ok(mut other) = load(&fewer) {
            assert_ne!(other.root(), tree.root());
        }
    }
    let (name, bytes) = pages.iter().find(|(_, bytes)| bytes.len() > 1_000).unwrap();
    let mut renamed = pages.clone();
    renamed.remove(name);
    renamed.insert(vec![1, 0, 0], bytes.clone());
    refused(&renamed);
    for damage in
        [bytes[..bytes.len() - 1].to_vec(), vec![2], vec![], vec![1, 0], vec![1, 33, 0, 0]]
    {
        let mut damaged = pages.clone();
        damaged.insert(name.clone(), damage);
        refused(&damaged);
    }
    let mut loader = PageLoader::default();
    loader.add(name, bytes).unwrap();
    assert!(loader.add(name, bytes).is_err() && loader.clone().add(&[0, 0], bytes).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_root_is_that_of_the_definition_whatever_the_history(
        first in changes(60), second in changes(60)
    ) {
        let (mut tree, mut model) = (Tree::default(), Model::new());
        apply(&mut tree, &mut model, &first);
        tree.root();
        apply(&mut tree, &mut model, &second);
        let mut leaves = vec![(Key::LOWEST, vec![0])];
        leaves.extend(model.iter().map(|(address, value)| (Key::account(address), value.clone())));
        leaves.push((Key::HIGHEST, vec![0]));
        prop_assert_eq!(tree.root(), root_by_definition(&leaves));
        prop_assert_eq!(tree.resident(), model.len() + 2);
        let walked: Vec<_> = tree.leaves().map(Result::unwrap).map(|(key, value)| (*key, value.to_vec())).collect();
        prop_assert_eq!(walked, leaves);
        for (address, _) in first.iter().chain(&second) {
            let value = tree.get(&Key::account(address)).unwrap();
            prop_assert_eq!(value, model.get(address).map(Vec::as_slice));
        }
    }

    #[test]
    fn leaves_after_a_key_are_those_above_it(first in changes(40), after in address()) {
        let (mut tree, mut model) = (Tree::default(), Model::new());
        apply(&mut tree, &mut model, &first);
        let after = Key::account(&after);
        let above: Vec<Key> = tree.leaves().map(|leaf| *leaf.unwrap().0).filter(|key| *key > after).collect();
        let walked: Vec<Key> = tree.leaves_after(&after).unwrap().map(|leaf| *leaf.unwrap().0).collect();
        prop_assert_eq!(walked, above);
    }

    #[test]
    fn every_key_is_proven_present_or_absent(first in changes(40), asked in address()) {
        let (mut tree, mut model) = (Tree::default(), Model::new());
        apply(&mut tree, &mut model, &first);
        let root = tree.root();
        for address in model.keys().chain([&asked]) {
            let key = Key::account(address);
            let proof = tree.prove(&key).unwrap();
            let proven = verify_slot(&root, key.bytes(), &proof).unwrap();
            prop_assert_eq!(proven, model.get(address).map(Vec::as_slice));
        }
    }

    #[test]
    fn checkpoints_of_changed_pages_load_to_the_same_tree(
        rounds in prop::collection::vec(changes(60), 1..4), base in 0u32..2_500
    ) {
        let mut model = large(base);
        let mut tree = built_from(&model);
        let mut pages = BTreeMap::new();
        for round in rounds {
            keep(&mut pages, tree.changed_pages().unwrap());
            tree.set_checkpoint().unwrap();
            let some: Vec<Address> = model.keys().copied().step_by(7).collect();
            for address in some {
                model.remove(&address);
                tree.remove(&Key::account(&address)).unwrap();
            }
            apply(&mut tree, &mut model, &round);
        }
        keep(&mut pages, tree.changed_pages().unwrap());
        let mut loaded = load(&pages).unwrap();
        prop_assert_eq!(loaded.root(), tree.root());
        prop_assert!(loaded.changed_pages().unwrap().is_empty());
        let mut fresh = BTreeMap::new();
        keep(&mut fresh, built_from(&model).changed_pages().unwrap());
        prop_assert_eq!(pages, fresh);
    }

    #[test]
    fn any_bytes_are_answered_as_a_page(name: Vec<u8>, mut bytes: Vec<u8>) {
        let mut loader = PageLoader::default();
        let _ = loader.add(&name, &bytes);
        if let Some(version) = bytes.first_mut() {
            *version = 1;
        }
        let _ = loader.add(&name, &bytes);
        let _ = loader.finish();
    }
}
