//! What a light client makes of proofs.

mod common;
use common::*;
use proptest::prelude::*;
use prost::Message;
use rustorium_core::ed25519::public_key_of;
use rustorium_core::light::*;
use rustorium_core::proto::*;
use rustorium_core::validators::Validators;
use rustorium_core::{batch, block, certificate, merkle, vote};

struct Account {
    validators: Validators,
    set: ValidatorSet,
    address: [u8; 32],
    proof: AccountProof,
}

fn account_case(exists: bool) -> Account {
    let (set, validators) = four();
    let accounts: Vec<[u8; 32]> = (0..30u8).map(|n| *blake3::hash(&[n]).as_bytes()).collect();
    let address = if exists { accounts[4] } else { [1; 32] };
    let (root, state) = state(&accounts, &address);
    let mut header = header(9, &set);
    header.state_root = root.to_vec();
    let certified = certified(header, vec![vec![1; 32]], &set);
    let proof = AccountProof { certified: Some(certified), state: Some(state) };
    Account { validators, set, address, proof }
}

#[test]
fn a_light_client_believes_an_account_and_its_absence() {
    for exists in [true, false] {
        let case = account_case(exists);
        let bytes = case.proof.encode_to_vec();
        let account =
            verify_account_proof(&GENESIS_HASH, &case.validators, &case.address, &bytes).unwrap();
        assert_eq!(account, exists.then(|| vec![8, case.address[0]]));
        assert!(verify_account_proof(&GENESIS_HASH, &case.validators, &[2; 32], &bytes).is_err());
        assert!(verify_account_proof(&[1; 32], &case.validators, &case.address, &bytes).is_err());
        let others = Validators::new(&validator_set(&[9, 10, 10, 10])).unwrap();
        let answer = verify_account_proof(&GENESIS_HASH, &others, &case.address, &bytes);
        assert_eq!(answer.unwrap_err().code, ErrorCode::ProofInvalid);
        assert!(verify_account_proof(
            &GENESIS_HASH,
            &case.validators,
            &case.address,
            &[&bytes[..], &[0x1a, 0]].concat()
        )
        .is_err());
    }
}

#[test]
fn a_light_client_believes_no_bent_account_proof() {
    use ErrorCode::*;
    let case = account_case(true);
    let code = |change: &dyn Fn(&mut AccountProof)| {
        let mut bent = case.proof.clone();
        change(&mut bent);
        let bytes = bent.encode_to_vec();
        verify_account_proof(&GENESIS_HASH, &case.validators, &case.address, &bytes)
            .unwrap_err()
            .code
    };
    fn header_of(proof: &mut AccountProof) -> &mut Header {
        proof.certified.as_mut().unwrap().block.as_mut().unwrap().header.as_mut().unwrap()
    }
    assert_eq!(code(&|p| header_of(p).state_root[0] ^= 1), ProofInvalid);
    assert_eq!(code(&|p| header_of(p).time_ms += 1), ProofInvalid);
    assert_eq!(code(&|p| header_of(p).parent.clear()), BlockMalformed);
    assert_eq!(code(&|p| p.state = None), ProofInvalid);
    assert_eq!(code(&|p| p.certified = None), ProofInvalid);
    assert_eq!(code(&|p| p.certified.as_mut().unwrap().certificate = None), ProofInvalid);
    assert_eq!(code(&|p| p.certified.as_mut().unwrap().block = None), ProofInvalid);
    let two: Vec<&Validator> = case.set.validators[..2].iter().collect();
    let weak = |p: &mut AccountProof| {
        let id = block::id(header_of(p));
        p.certified.as_mut().unwrap().certificate = Some(certify(9, &id, &two));
    };
    assert_eq!(code(&weak), CertificatePower);
    let forged = |p: &mut AccountProof| {
        let certificate = p.certified.as_mut().unwrap().certificate.as_mut().unwrap();
        certificate.signatures[2].signature[9] ^= 1;
    };
    assert_eq!(code(&forged), CertificateInvalid);
}

fn transaction_case() -> (Validators, [u8; 32], TransactionProof) {
    let (set, validators) = four();
    let payload = payload(&transactions(9));
    let bytes = signed_batch(1000, payload);
    let view = batch::BatchView::parse(&bytes).unwrap();
    let ids = view.check(&GENESIS_HASH, &public_key_of(&seed(1000)), 1 << 20).unwrap();
    let included = certified(header(9, &set), vec![vec![3; 32], view.digest.to_vec()], &set);
    let receipts: Vec<Receipt> = ids
        .iter()
        .map(|id| Receipt {
            transaction_id: id.to_vec(),
            gas_used: 10,
            fee: 20,
            ..Receipt::default()
        })
        .collect();
    let encoded: Vec<Vec<u8>> = receipts.iter().map(Message::encode_to_vec).collect();
    let mut after = header(11, &set);
    after.receipts_root = merkle::list_root(&encoded).to_vec();
    let proof = TransactionProof {
        included: Some(included),
        batch_header: view.header.encode_to_vec(),
        transaction: merkle::list_proof(&ids, 4),
        executed: Some(certified(after, vec![], &set)),
        receipt: Some(receipts[4].clone()),
        receipt_path: merkle::list_proof(&encoded, 4),
    };
    (validators, ids[4], proof)
}

#[test]
fn a_light_client_believes_a_transaction_and_its_receipt() {
    let (validators, id, proof) = transaction_case();
    let verify = |proof: &TransactionProof| {
        verify_transaction_proof(&GENESIS_HASH, &validators, &id, &proof.encode_to_vec())
    };
    assert_eq!(verify(&proof).unwrap(), Some(proof.receipt.as_ref().unwrap().encode_to_vec()));
    let inclusion =
        TransactionProof { executed: None, receipt: None, receipt_path: None, ..proof.clone() };
    assert_eq!(verify(&inclusion).unwrap(), None);
    let other =
        verify_transaction_proof(&GENESIS_HASH, &validators, &[1; 32], &proof.encode_to_vec());
    assert!(other.is_err());

    fn block_of(certified: &mut Option<CertifiedBlock>) -> &mut Block {
        certified.as_mut().unwrap().block.as_mut().unwrap()
    }
    let changes: [fn(&mut TransactionProof); 16] = [
        |p| p.included = None,
        |p| drop(block_of(&mut p.included).batches.pop()),
        |p| block_of(&mut p.included).batches[1][0] ^= 1,
        |p| block_of(&mut p.included).batches.swap(0, 1),
        |p| p.batch_header.clear(),
        |p| p.batch_header[5] ^= 1,
        |p| p.transaction = None,
        |p| p.transaction.as_mut().unwrap().index = 3,
        |p| p.transaction.as_mut().unwrap().count = 8,
        |p| p.executed = None,
        |p| p.receipt = None,
        |p| p.receipt_path = None,
        |p| p.receipt.as_mut().unwrap().fee += 1,
        |p| p.receipt.as_mut().unwrap().transaction_id[0] ^= 1,
        |p| p.receipt_path.as_mut().unwrap().index = 5,
        |p| p.executed = p.included.clone(),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut bent = proof.clone();
        change(&mut bent);
        assert!(verify(&bent).is_err(), "{index}");
    }
}

#[test]
fn the_receipt_of_a_neighbour_is_refused() {
    let (set, _) = four();
    let (validators, id, mut proof) = transaction_case();
    let other = Receipt { transaction_id: vec![7; 32], code: 200, ..Receipt::default() };
    let encoded = [other.encode_to_vec()];
    let mut after = header(11, &set);
    after.receipts_root = merkle::list_root(&encoded).to_vec();
    proof.executed = Some(certified(after, vec![], &set));
    proof.receipt = Some(other);
    proof.receipt_path = merkle::list_proof(&encoded, 0);
    let bytes = proof.encode_to_vec();
    assert!(verify_transaction_proof(&GENESIS_HASH, &validators, &[7; 32], &bytes).is_err());
    let answer = verify_transaction_proof(&GENESIS_HASH, &validators, &id, &bytes);
    assert_eq!(answer.unwrap_err().code, ErrorCode::ProofInvalid);
}

#[test]
fn receipts_of_another_height_are_refused() {
    let (validators, id, mut proof) = transaction_case();
    let (set, _) = four();
    for height in [10, 12] {
        let mut after = header(height, &set);
        after.receipts_root = proof
            .executed
            .as_ref()
            .unwrap()
            .block
            .as_ref()
            .unwrap()
            .header
            .as_ref()
            .unwrap()
            .receipts_root
            .clone();
        proof.executed = Some(certified(after, vec![], &set));
        let answer =
            verify_transaction_proof(&GENESIS_HASH, &validators, &id, &proof.encode_to_vec());
        assert_eq!(answer.unwrap_err().code, ErrorCode::ProofInvalid);
    }
}

#[test]
fn the_largest_messages_fit_their_bounds() {
    let set = validator_set(&[1]);
    let entry = CommitSignature { validator: vec![255; 32], signature: vec![255; 64] };
    let certificate = CommitCertificate {
        height: u64::MAX,
        round: u32::MAX,
        block_id: vec![255; 32],
        signatures: vec![entry; rustorium_core::validators::VALIDATORS_MAX],
    };
    let vote = Vote {
        r#type: 2,
        height: u64::MAX,
        round: u32::MAX,
        block_id: vec![255; 32],
        validator: vec![255; 32],
        signature: vec![255; 64],
    };
    let duplicate = DuplicateVote { first: Some(vote.clone()), second: Some(vote.clone()) };
    let evidence = Evidence { kind: Some(evidence::Kind::DuplicateVote(duplicate)) };
    let mut header = header(1, &set);
    header.height = u64::MAX;
    header.chain_id = "a".repeat(block::CHAIN_ID_BYTES_MAX);
    (header.time_ms, header.base_fee, header.gas_used) = (u64::MAX, u64::MAX, u64::MAX);
    let block = Block {
        header: Some(header.clone()),
        last_certificate: Some(certificate.clone()),
        evidence: vec![evidence; block::EVIDENCE_MAX],
        batches: vec![vec![255; 32]; 4096],
    };
    assert!(header.encoded_len() <= block::HEADER_BYTES_MAX);
    assert!(block.encoded_len() <= block::BLOCK_BYTES_MAX);
    assert!(vote.encoded_len() <= 256);
    assert!(certificate.encoded_len() <= 64 + 1024 * 104);
    let whole = CertifiedBlock { block: Some(block), certificate: Some(certificate) };
    // Two of them, and 32 KiB for paths.
    assert!(2 * whole.encoded_len() + 32 * 1024 <= PROOF_BYTES_MAX);
}

#[test]
fn larger_messages_are_refused_before_they_are_decoded() {
    let (_, validators) = four();
    let bytes = vec![0; PROOF_BYTES_MAX + 1];
    let detail = |answer: rustorium_core::error::CoreError| answer.detail;
    assert!(detail(vote::decode_vote(&bytes).unwrap_err()).contains("at most"));
    assert!(detail(vote::decode_proposal(&bytes).unwrap_err()).contains("at most"));
    assert!(detail(block::decode(&bytes, 1).unwrap_err()).contains("at most"));
    assert!(detail(block::decode_header(&bytes).unwrap_err()).contains("at most"));
    assert!(detail(batch::decode_header(&bytes).unwrap_err()).contains("at most"));
    let answer = certificate::decode_and_check(&GENESIS_HASH, &validators, &bytes);
    assert!(detail(answer.unwrap_err()).contains("larger"));
    let answer = verify_account_proof(&GENESIS_HASH, &validators, &[1; 32], &bytes);
    assert!(detail(answer.unwrap_err()).contains("larger"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (_, validators) = four();
        prop_assert!(verify_account_proof(&GENESIS_HASH, &validators, &[1; 32], &bytes).is_err());
        prop_assert!(verify_transaction_proof(&GENESIS_HASH, &validators, &[1; 32], &bytes).is_err());
        let _ = block::decode(&bytes, 10);
        let _ = block::decode_header(&bytes);
        let _ = vote::decode_vote(&bytes);
        let _ = vote::decode_proposal(&bytes);
        let _ = Validators::parse(&bytes);
        let _ = certificate::decode_and_check(&GENESIS_HASH, &validators, &bytes);
    }

    /// Whatever bit of a proof is turned, it is refused, or it says the same.
    #[test]
    fn a_turned_bit_never_changes_what_is_believed(at: prop::sample::Index, bit in 0u8..8, exists: bool) {
        let case = account_case(exists);
        let mut bytes = case.proof.encode_to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(account) = verify_account_proof(&GENESIS_HASH, &case.validators, &case.address, &bytes) {
            prop_assert_eq!(account, exists.then(|| vec![8, case.address[0]]));
        }
    }
}
