//! Hashes of many inputs at once are those of the inputs alone.

use proptest::prelude::*;
use rustorium_core::hash::{hash, Domain, Hash, Hashes};
use serde_json::Value;

/// What the published vectors hash.
fn input(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

fn bare(inputs: &[Vec<u8>]) -> Vec<Hash> {
    let mut hashes = Hashes::default();
    inputs.iter().for_each(|input| hashes.push_bare(input));
    hashes.take()
}

fn alone(inputs: &[Vec<u8>]) -> Vec<Hash> {
    inputs.iter().map(|input| *blake3::hash(input).as_bytes()).collect()
}

#[test]
fn the_published_vectors_are_met() {
    let path = format!("{}/tests/vectors/blake3.json", env!("CARGO_MANIFEST_DIR"));
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let lengths = cases.iter().map(|case| case["length"].as_u64().unwrap() as usize);
    let inputs: Vec<_> = lengths.map(input).collect();
    let expected: Vec<_> = cases.iter().map(|case| case["hash"].as_str().unwrap()).collect();
    let hashes = bare(&inputs);
    assert_eq!(hashes.iter().map(hex::encode).collect::<Vec<_>>(), expected);
    // Four of one length, too, which no two neighbours above are.
    for (input, hash) in inputs.iter().zip(hashes) {
        assert_eq!(bare(&vec![input.clone(); 4]), [hash; 4]);
    }
}

#[test]
fn every_length_is_hashed_beside_every_other_number_of_blocks() {
    let alike: Vec<_> = (0..=1_100).map(input).collect();
    assert_eq!(bare(&alike), alone(&alike));
    // The lanes of a group are at most 16 blocks long, and here all different.
    let mixed: Vec<_> = (0..=1_100).map(|at| input(at * 389 % 1_101)).collect();
    assert_eq!(bare(&mixed), alone(&mixed));
}

#[test]
fn few_inputs_are_hashed_like_many() {
    for count in 0..10 {
        let inputs: Vec<_> = (0..count).map(|at| input(at * 50)).collect();
        assert_eq!(bare(&inputs), alone(&inputs));
    }
}

#[test]
fn hashes_go_on_after_they_were_looked_at_and_begin_anew_after_a_clear() {
    let mut hashes = Hashes::with_capacity(3);
    let expected = [hash(Domain::TreeNode, &[&[1; 32], &[2; 32]]), hash(Domain::ListLeaf, &[])];
    hashes.push(Domain::TreeNode, [&[1; 32], &[2; 32]]);
    assert_eq!(hashes.get(), &expected[..1]);
    hashes.push(Domain::ListLeaf, []);
    assert_eq!(hashes.get(), expected);
    hashes.push_bare(&[7; 900]);
    hashes.clear();
    assert_eq!(hashes.get(), [[0; 32]; 0]);
    hashes.push(Domain::ListLeaf, []);
    assert_eq!(hashes.take(), &expected[1..]);
    assert_eq!(hashes.take(), [[0; 32]; 0]);
}

proptest! {
    #[test]
    fn parts_are_hashed_as_one(
        inputs in prop::collection::vec(
            prop_oneof![
                5 => (0..200usize, 0..200usize),
                2 => (0..1_000usize, 0..100usize),
                1 => (900..1_100usize, 0..100usize),
            ],
            0..30,
        ),
        fill: u8,
    ) {
        let mut hashes = Hashes::default();
        let mut expected = Vec::new();
        for (at, (first, second)) in inputs.into_iter().enumerate() {
            let bytes: Vec<u8> =
                (0..first + second).map(|byte| (byte * 7 + at) as u8 ^ fill).collect();
            let parts = bytes.split_at(first);
            hashes.push(Domain::TransactionId, [parts.0, parts.1]);
            expected.push(hash(Domain::TransactionId, &[&bytes]));
        }
        prop_assert_eq!(hashes.take(), expected);
    }
}
