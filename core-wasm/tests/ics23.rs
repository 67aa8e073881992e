//! Our proofs, judged by a verifier that others wrote: the `ics23` crate takes
//! them under the two published specs and refuses every mutation of them.

use ics23::{
    commitment_proof::Proof, CommitmentProof, ExistenceProof, HashOp, HostFunctionsManager,
    InnerOp, InnerSpec, LeafOp, LengthOp, NonExistenceProof, ProofSpec,
};
use proptest::test_runner::{RngAlgorithm, TestRng};
use rand_core::Rng;
use rustorium_core::proof::{account_key, top_leaf_hash, top_root};
use rustorium_core::proto::{MerkleLeaf, SlotProof};
use rustorium_core::tree::{Key, Tree};

const MUTATIONS: usize = 1000;

fn leaf_op(prehash_value: HashOp) -> LeafOp {
    LeafOp {
        hash: HashOp::Blake3.into(),
        prehash_key: HashOp::NoHash.into(),
        prehash_value: prehash_value.into(),
        length: LengthOp::VarProto.into(),
        prefix: vec![0x00],
    }
}

fn spec(prehash_value: HashOp, min_depth: i32, max_depth: i32) -> ProofSpec {
    ProofSpec {
        leaf_spec: Some(leaf_op(prehash_value)),
        inner_spec: Some(InnerSpec {
            child_order: vec![0, 1],
            child_size: 32,
            min_prefix_length: 1,
            max_prefix_length: 1,
            empty_child: vec![],
            hash: HashOp::Blake3.into(),
        }),
        min_depth,
        max_depth,
        prehash_key_before_comparison: false,
    }
}

/// A slot's tree: at most one step for each bit of a 33-byte key.
fn slot_spec() -> ProofSpec {
    spec(HashOp::Blake3, 1, 264)
}

/// The full tree over the 256 slot roots.
fn top_spec() -> ProofSpec {
    spec(HashOp::NoHash, 8, 8)
}

fn existence(leaf: &MerkleLeaf, spec: &ProofSpec) -> ExistenceProof {
    ExistenceProof {
        key: leaf.key.clone(),
        value: leaf.value.clone(),
        leaf: spec.leaf_spec.clone(),
        path: leaf
            .path
            .iter()
            .map(|step| InnerOp {
                hash: HashOp::Blake3.into(),
                prefix: step.prefix.clone(),
                suffix: step.suffix.clone(),
            })
            .collect(),
    }
}

fn commitment(key: &[u8], proof: &SlotProof) -> CommitmentProof {
    let spec = slot_spec();
    let leaf = |leaf: &Option<MerkleLeaf>| leaf.as_ref().map(|leaf| existence(leaf, &spec));
    CommitmentProof {
        proof: Some(match leaf(&proof.exists) {
            Some(exists) => Proof::Exist(exists),
            None => Proof::Nonexist(NonExistenceProof {
                key: key.to_vec(),
                left: leaf(&proof.left),
                right: leaf(&proof.right),
            }),
        }),
    }
}

fn accepts(
    proof: &CommitmentProof,
    spec: &ProofSpec,
    root: &[u8],
    key: &[u8],
    value: Option<&[u8]>,
) -> bool {
    let root = root.to_vec();
    match value {
        Some(value) => {
            ics23::verify_membership::<HostFunctionsManager>(proof, spec, &root, key, value)
        }
        None => ics23::verify_non_membership::<HostFunctionsManager>(proof, spec, &root, key),
    }
}

fn random() -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32])
}

fn below(random: &mut TestRng, bound: usize) -> usize {
    (random.next_u64() % bound as u64) as usize
}

fn address(random: &mut TestRng) -> [u8; 32] {
    let mut address = [0; 32];
    random.fill_bytes(&mut address);
    address
}

fn grown_tree(random: &mut TestRng, accounts: usize) -> (Tree, Vec<[u8; 32]>) {
    let mut tree = Tree::default();
    let addresses: Vec<_> = (0..accounts).map(|_| address(random)).collect();
    for address in &addresses {
        let value = random.next_u64().to_be_bytes();
        tree.insert(&Key::account(address), &value).expect("a small value");
    }
    (tree, addresses)
}

fn flip(random: &mut TestRng, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        bytes.push(random.next_u32() as u8);
    } else {
        let at = below(random, bytes.len());
        bytes[at] ^= 1 << below(random, 8);
    }
}

/// Changes one thing: a bit, an operation, or the path's shape.
fn mutate(random: &mut TestRng, proof: &mut ExistenceProof) {
    let steps = proof.path.len();
    let step = below(random, steps);
    match below(random, 10) {
        0 => flip(random, &mut proof.key),
        1 => flip(random, &mut proof.value),
        2 => flip(random, &mut proof.leaf.as_mut().expect("a leaf").prefix),
        3 => flip(random, &mut proof.path[step].prefix),
        4 => flip(random, &mut proof.path[step].suffix),
        5 => drop(proof.path.remove(step)),
        6 => proof.path.insert(step, proof.path[step].clone()),
        7 if proof.path[step] != proof.path[(step + 1) % steps] => {
            proof.path.swap(step, (step + 1) % steps)
        }
        8 => proof.leaf.as_mut().expect("a leaf").length = LengthOp::NoPrefix.into(),
        _ => proof.path[step].hash = HashOp::Sha256.into(),
    }
}

#[test]
fn ics23_accepts_presence_and_absence_in_a_slot() {
    let random = &mut random();
    for accounts in [0, 1, 2, 3, 10, 257] {
        let (mut tree, present) = grown_tree(random, accounts);
        let root = tree.root();
        let strangers: Vec<_> =
            (0..20).map(|_| address(random)).chain([[0; 32], [0xff; 32]]).collect();
        for address in present.iter().chain(&strangers) {
            let (key, bytes) = (Key::account(address), account_key(address));
            let value = tree.get(&key).unwrap().map(<[u8]>::to_vec);
            assert_eq!(value.is_some(), present.contains(address));
            let proof = commitment(&bytes, &tree.prove(&key).unwrap());
            assert!(accepts(&proof, &slot_spec(), &root, &bytes, value.as_deref()));
        }
    }
}

#[test]
fn ics23_accepts_each_slot_root_under_the_state_root() {
    let random = &mut random();
    let mut roots = [[0; 32]; 256];
    roots.iter_mut().for_each(|root| random.fill_bytes(root));
    let state_root = top_root(&roots);
    for slot in 0..=255u8 {
        let leaf = rustorium_core::proof::top_leaf(&roots, slot);
        assert_ne!(top_leaf_hash(slot, &roots[usize::from(slot)]), state_root);
        let proof = CommitmentProof { proof: Some(Proof::Exist(existence(&leaf, &top_spec()))) };
        let value = &roots[usize::from(slot)];
        assert!(accepts(&proof, &top_spec(), &state_root, &[slot], Some(value)));
        assert!(!accepts(&proof, &top_spec(), &state_root, &[slot ^ 1], Some(value)));
    }
}

#[test]
fn ics23_refuses_mutated_proofs_of_presence() {
    let random = &mut random();
    let (mut tree, present) = grown_tree(random, 100);
    let root = tree.root();
    for round in 0..MUTATIONS {
        let key = Key::account(&present[round % present.len()]);
        let value = tree.get(&key).unwrap().expect("a present key").to_vec();
        let leaf = tree.prove(&key).unwrap().exists.expect("presence");
        let mut proof = existence(&leaf, &slot_spec());
        mutate(random, &mut proof);
        let proof = CommitmentProof { proof: Some(Proof::Exist(proof)) };
        assert!(
            !accepts(&proof, &slot_spec(), &root, key.bytes(), Some(&value)),
            "mutation {round}"
        );
    }
}

#[test]
fn ics23_refuses_mutated_proofs_of_absence() {
    let random = &mut random();
    let (mut tree, present) = grown_tree(random, 100);
    let root = tree.root();
    for round in 0..MUTATIONS {
        let stranger = account_key(&address(random));
        let key = Key::from_bytes(&stranger).expect("an account key");
        let proof = tree.prove(&key).unwrap();
        let spec = slot_spec();
        let mut left = existence(&proof.left.expect("a left neighbour"), &spec);
        let mut right = existence(&proof.right.expect("a right neighbour"), &spec);
        match below(random, 4) {
            // A true leaf, but not the neighbour: hides what lies between.
            0 => {
                let other = Key::account(&present[below(random, present.len())]);
                let other =
                    existence(&tree.prove(&other).unwrap().exists.expect("presence"), &spec);
                if other == left || other == right {
                    continue;
                }
                if other.key < stranger.to_vec() {
                    left = other
                } else {
                    right = other
                }
            }
            1 => mutate(random, &mut left),
            _ => mutate(random, &mut right),
        }
        let absence =
            NonExistenceProof { key: stranger.to_vec(), left: Some(left), right: Some(right) };
        let proof = CommitmentProof { proof: Some(Proof::Nonexist(absence)) };
        assert!(!accepts(&proof, &slot_spec(), &root, &stranger, None), "mutation {round}");
    }
}
