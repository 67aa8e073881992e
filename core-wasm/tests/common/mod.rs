//! A small chain for tests: four validators, some accounts, certified blocks.
#![allow(dead_code)]

use rustorium_core::ed25519::{public_key_of, sign_with};
use rustorium_core::hash::Hash;
use rustorium_core::proto::*;
use rustorium_core::{
    address, batch, block, certificate, evidence, merkle, transaction, validators, vote,
};

pub const GENESIS_HASH: Hash = [0xa7; 32];

pub fn seed(number: u32) -> [u8; 32] {
    *blake3::hash(&number.to_le_bytes()).as_bytes()
}

pub fn body(nonce: u64) -> TransactionBody {
    TransactionBody {
        chain_tag: transaction::chain_tag(&GENESIS_HASH),
        lane: 1,
        nonce,
        valid_until: 100,
        gas_limit: 1000,
        max_fee: 5,
        tip: 1,
        memo: b"memo".to_vec(),
        actions: vec![transfer(&[3; 32], 10)],
        fee_payer: Vec::new(),
    }
}

pub fn transfer(to: &[u8], amount: u64) -> Action {
    Action { kind: Some(action::Kind::Transfer(Transfer { to: to.to_vec(), amount })) }
}

/// Signed transactions of so many senders, one each.
pub fn transactions(count: u32) -> Vec<Vec<u8>> {
    (0..count).map(|n| transaction::sign(&seed(n), &GENESIS_HASH, &body(n.into()))).collect()
}

pub fn payload(envelopes: &[Vec<u8>]) -> Vec<u8> {
    let mut builder = batch::PayloadBuilder::new();
    for envelope in envelopes {
        builder.push(transaction::Envelope::parse(envelope).unwrap().slot(), envelope);
    }
    builder.finish()
}

pub fn signed_batch(author: u32, payload: Vec<u8>) -> Vec<u8> {
    let address = public_key_of(&seed(author));
    let header = batch::header_of(&GENESIS_HASH, &address, 1, 50, &payload).unwrap();
    sign_batch(author, header, payload)
}

pub fn sign_batch(author: u32, header: BatchHeader, payload: Vec<u8>) -> Vec<u8> {
    let digest = batch::digest(&prost::Message::encode_to_vec(&header));
    let signature = sign_with(&seed(author), &batch::sign_bytes(&GENESIS_HASH, &digest));
    batch::encode(header, &signature, payload)
}

/// Validators 1000.. with these powers; by address each is its key.
pub fn validator_set(powers: &[u64]) -> ValidatorSet {
    let mut members: Vec<Validator> = (1000u32..)
        .zip(powers)
        .map(|(number, power)| {
            let key = public_key_of(&seed(number)).to_vec();
            Validator { address: key.clone(), public_key: key, power: *power }
        })
        .collect();
    members.sort_by(|a, b| b.power.cmp(&a.power).then(a.address.cmp(&b.address)));
    ValidatorSet { validators: members }
}

pub fn seed_of(address: &[u8]) -> [u8; 32] {
    (1000..1100).map(seed).find(|seed| public_key_of(seed) == address).unwrap()
}

pub fn certify(height: u64, id: &Hash, signers: &[&Validator]) -> CommitCertificate {
    let mut certificate =
        CommitCertificate { height, round: 1, block_id: id.to_vec(), signatures: Vec::new() };
    for signer in signers {
        let vote = certificate::precommit(&certificate, &signer.address);
        let message = vote::vote_sign_bytes(&GENESIS_HASH, &vote);
        let signature = sign_with(&seed_of(&signer.address), &message).to_vec();
        certificate
            .signatures
            .push(CommitSignature { validator: signer.address.clone(), signature });
    }
    certificate.signatures.sort_by(|a, b| a.validator.cmp(&b.validator));
    certificate
}

pub fn header(height: u64, set: &ValidatorSet) -> Header {
    let root = merkle::empty_root().to_vec();
    Header {
        protocol_version: 1,
        chain_id: "test".into(),
        height,
        time_ms: 1_700_000_000_000 + height,
        parent: vec![8; 32],
        proposer: set.validators[0].address.clone(),
        validators_hash: validators::hash_of(set).to_vec(),
        next_validators_hash: validators::hash_of(set).to_vec(),
        parameters_hash: vec![6; 32],
        last_certificate_hash: certificate::hash_of(None).to_vec(),
        evidence_hash: evidence::hash_of(&[]).to_vec(),
        batch_root: root.clone(),
        base_fee: 1,
        gas_used: 0,
        state_root: vec![5; 32],
        receipts_root: root.clone(),
        messages_root: root,
    }
}

/// The block of a header, with its batches, signed by all.
pub fn certified(mut header: Header, batches: Vec<Vec<u8>>, set: &ValidatorSet) -> CertifiedBlock {
    header.batch_root = merkle::list_root(&batches).to_vec();
    let last = (header.height > 1)
        .then(|| certify(header.height - 1, &[1; 32], &set.validators.iter().collect::<Vec<_>>()));
    header.last_certificate_hash = certificate::hash_of(last.as_ref()).to_vec();
    let id = block::id(&header);
    let certificate = certify(header.height, &id, &set.validators.iter().collect::<Vec<_>>());
    let block =
        Block { header: Some(header), last_certificate: last, evidence: Vec::new(), batches };
    CertifiedBlock { block: Some(block), certificate: Some(certificate) }
}

/// A slot tree by its definition: at every node the keys part at the first bit
/// in which they differ.
pub struct Tree {
    pub entries: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Tree {
    pub fn new(mut entries: Vec<(Vec<u8>, Vec<u8>)>) -> Self {
        entries.push((vec![0], vec![0]));
        entries.push((vec![0xff; 33], vec![0]));
        entries.sort();
        Self { entries }
    }

    pub fn root(&self) -> Hash {
        Self::hash(&self.entries)
    }

    fn bit(key: &[u8], bit: usize) -> bool {
        key[bit / 8] >> (7 - bit % 8) & 1 == 1
    }

    /// Index of the first entry on the right side.
    fn split(entries: &[(Vec<u8>, Vec<u8>)]) -> usize {
        let (first, last) = (&entries[0].0, &entries[entries.len() - 1].0);
        let bit = (0..).find(|bit| Self::bit(first, *bit) != Self::bit(last, *bit)).unwrap();
        entries.partition_point(|(key, _)| !Self::bit(key, bit))
    }

    fn hash(entries: &[(Vec<u8>, Vec<u8>)]) -> Hash {
        if let [(key, value)] = entries {
            return rustorium_core::proof::leaf_hash(key, value);
        }
        let (left, right) = entries.split_at(Self::split(entries));
        rustorium_core::proof::node_hash(&Self::hash(left), &Self::hash(right))
    }

    pub fn leaf(&self, index: usize) -> MerkleLeaf {
        let (mut entries, mut at) = (&self.entries[..], index);
        let mut path = Vec::new();
        while entries.len() > 1 {
            let (left, right) = entries.split_at(Self::split(entries));
            if at < left.len() {
                path.push(rustorium_core::proof::step_from_left(&Self::hash(right)));
                entries = left;
            } else {
                path.push(rustorium_core::proof::step_from_right(&Self::hash(left)));
                at -= left.len();
                entries = right;
            }
        }
        path.reverse();
        let (key, value) = self.entries[index].clone();
        MerkleLeaf { key, value, path }
    }

    pub fn prove(&self, key: &[u8]) -> SlotProof {
        match self.entries.binary_search_by(|entry| entry.0.as_slice().cmp(key)) {
            Ok(index) => SlotProof { exists: Some(self.leaf(index)), left: None, right: None },
            Err(index) => SlotProof {
                exists: None,
                left: Some(self.leaf(index - 1)),
                right: Some(self.leaf(index)),
            },
        }
    }
}

/// The leaf of a slot in the full tree over the slots.
pub fn top_leaf(roots: &[Hash; 256], slot: u8) -> MerkleLeaf {
    use rustorium_core::proof::{node_hash, step_from_left, step_from_right, top_leaf_hash};
    let mut level: Vec<Hash> =
        (0u8..=255).map(|n| top_leaf_hash(n, &roots[usize::from(n)])).collect();
    let mut at = usize::from(slot);
    let mut path = Vec::new();
    while level.len() > 1 {
        let sibling = level[at ^ 1];
        path.push(if at % 2 == 0 { step_from_left(&sibling) } else { step_from_right(&sibling) });
        level = level.chunks(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        at /= 2;
    }
    MerkleLeaf { key: vec![slot], value: roots[usize::from(slot)].to_vec(), path }
}

/// State of some accounts: the root, and a proof for an address.
pub fn state(accounts: &[[u8; 32]], asked: &[u8; 32]) -> (Hash, StateProof) {
    let slot = address::slot_of(asked);
    let tree_of = |slot: u8| {
        Tree::new(
            accounts
                .iter()
                .filter(|address| address::slot_of(address) == slot)
                .map(|address| {
                    (rustorium_core::proof::account_key(address).to_vec(), vec![8, address[0]])
                })
                .collect(),
        )
    };
    let mut roots = [[0; 32]; 256];
    for slot in 0u8..=255 {
        roots[usize::from(slot)] = tree_of(slot).root();
    }
    let in_slot = tree_of(slot).prove(&rustorium_core::proof::account_key(asked));
    let proof = StateProof {
        slot: slot.into(),
        in_slot: Some(in_slot),
        in_state: Some(top_leaf(&roots, slot)),
    };
    (rustorium_core::proof::top_root(&roots), proof)
}

/// Four validators of equal power.
pub fn four() -> (ValidatorSet, validators::Validators) {
    let set = validator_set(&[10, 10, 10, 10]);
    let validators = validators::Validators::new(&set).unwrap();
    (set, validators)
}
