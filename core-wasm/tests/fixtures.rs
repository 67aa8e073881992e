//! Formats pinned to what an independent implementation computed
//! (`vectors/formats.json`). A change here is a change of the protocol.

use prost::Message;
use rustorium_core::hash::Hash;
use rustorium_core::proto::*;
use rustorium_core::{
    address, batch, block, certificate, ed25519, evidence, merkle, proof, transaction, validators,
    vote,
};
use serde_json::Value;

fn load() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/formats.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn hash(value: &Value) -> Hash {
    bytes(value).try_into().unwrap()
}

#[test]
fn addresses() {
    let all = load();
    for case in all["address"].as_array().unwrap() {
        let address = hash(&case["bytes"]);
        assert_eq!(address::encode(&address), case["text"].as_str().unwrap());
        assert_eq!(address::decode(case["text"].as_str().unwrap()).unwrap(), address);
        assert_eq!(u64::from(address::slot_of(&address)), case["slot"].as_u64().unwrap());
    }
    assert_eq!(address::system_account("fees"), hash(&all["fees"]));
}

#[test]
fn transactions() {
    let all = load();
    let genesis_hash = hash(&all["genesisHash"]);
    for (nonce, case) in (0u64..).zip(all["transactions"].as_array().unwrap()) {
        let transfer = Transfer { to: vec![3; 32], amount: 10 };
        let body = TransactionBody {
            chain_tag: transaction::chain_tag(&genesis_hash),
            lane: 1,
            nonce,
            valid_until: 100,
            gas_limit: 1000,
            max_fee: 5,
            tip: 1,
            memo: b"memo".to_vec(),
            actions: vec![Action { kind: Some(action::Kind::Transfer(transfer)) }],
            fee_payer: Vec::new(),
        };
        assert_eq!(body.encode_to_vec(), bytes(&case["body"]));
        let envelope = transaction::sign(&hash(&case["seed"]), &genesis_hash, &body);
        assert_eq!(envelope, bytes(&case["envelope"]));
        let checked = transaction::check(&genesis_hash, &envelope).unwrap();
        assert_eq!(checked.id, hash(&case["id"]));
        assert_eq!(checked.envelope.sender(), &hash(&case["sender"]));
        assert_eq!(transaction::sign_bytes(&checked.id).to_vec(), bytes(&case["signBytes"]));
    }
}

#[test]
fn batches() {
    let all = load();
    let (genesis_hash, case) = (hash(&all["genesisHash"]), &all["batch"]);
    let mut builder = batch::PayloadBuilder::new();
    for transaction in all["transactions"].as_array().unwrap() {
        let envelope = bytes(&transaction["envelope"]);
        builder.push(transaction::Envelope::parse(&envelope).unwrap().slot(), &envelope);
    }
    let payload = builder.finish();
    assert_eq!(payload, bytes(&case["payload"]));
    let author = hash(&case["author"]);
    let header = batch::header_of(&genesis_hash, &author, 1, 50, &payload).unwrap();
    assert_eq!(header.encode_to_vec(), bytes(&case["header"]));
    let digest = batch::digest(&header.encode_to_vec());
    assert_eq!(digest, hash(&case["digest"]));
    let message = batch::sign_bytes(&genesis_hash, &digest);
    assert_eq!(message.to_vec(), bytes(&case["signBytes"]));
    let encoded = batch::encode(header, &ed25519::sign_with(&[9; 32], &message), payload);
    assert_eq!(encoded, bytes(&case["encoded"]));
    let ids =
        batch::BatchView::parse(&encoded).unwrap().check(&genesis_hash, &author, 1 << 20).unwrap();
    let expected: Vec<Hash> = case["ids"].as_array().unwrap().iter().map(hash).collect();
    assert_eq!(ids, expected);
}

#[test]
fn blocks() {
    let all = load();
    let case = &all["block"];
    let set = ValidatorSet::decode(&bytes(&case["validatorSet"])[..]).unwrap();
    assert_eq!(validators::hash_of(&set), hash(&case["validatorsHash"]));
    let parameters = Parameters::decode(&bytes(&case["parameters"])[..]).unwrap();
    assert_eq!(block::parameters_hash(&parameters), hash(&case["parametersHash"]));
    assert_eq!(certificate::hash_of(None), hash(&case["noCertificateHash"]));
    assert_eq!(evidence::hash_of(&[]), hash(&case["noEvidenceHash"]));
    let header = block::decode_header(&bytes(&case["header"])).unwrap();
    assert_eq!(block::id(&header), hash(&case["id"]));
    assert_eq!(header.batch_root, merkle::list_root([bytes(&all["batch"]["digest"])]));
    let whole = Block {
        header: Some(header),
        batches: vec![bytes(&all["batch"]["digest"])],
        ..Block::default()
    };
    assert_eq!(block::check(&whole, 1).unwrap(), hash(&case["id"]));
}

#[test]
fn votes_proposals_and_certificates() {
    let all = load();
    let genesis_hash = hash(&all["genesisHash"]);
    for name in ["vote", "nilVote"] {
        let vote = vote::decode_vote(&bytes(&all[name]["encoded"])).unwrap();
        assert_eq!(vote::vote_sign_bytes(&genesis_hash, &vote), bytes(&all[name]["signBytes"]));
    }
    let proposal = vote::decode_proposal(&bytes(&all["proposal"]["encoded"])).unwrap();
    let message = vote::proposal_sign_bytes(&genesis_hash, &proposal);
    assert_eq!(message, bytes(&all["proposal"]["signBytes"]));
    let set = validators::Validators::parse(&bytes(&all["block"]["validatorSet"])).unwrap();
    let encoded = bytes(&all["certificate"]["encoded"]);
    let decoded = certificate::decode_and_check(&genesis_hash, &set, &encoded).unwrap();
    assert_eq!(certificate::hash_of(Some(&decoded)), hash(&all["certificate"]["hash"]));
}

#[test]
fn trees() {
    let all = load();
    for case in all["lists"].as_array().unwrap() {
        let items: Vec<Vec<u8>> = case["items"].as_array().unwrap().iter().map(bytes).collect();
        assert_eq!(merkle::list_root(&items), hash(&case["root"]));
    }
    let tree = &all["tree"];
    assert_eq!(proof::leaf_hash(&bytes(&tree["key"]), &bytes(&tree["value"])), hash(&tree["leaf"]));
    assert_eq!(proof::top_leaf_hash(7, &hash(&tree["slotRoot"])), hash(&tree["topLeaf"]));
    assert_eq!(proof::node_hash(&hash(&tree["left"]), &hash(&tree["right"])), hash(&tree["node"]));
}
