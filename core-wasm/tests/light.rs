//! Votes, certificates, blocks and what a light client makes of them.

mod common;
use common::*;
use proptest::prelude::*;
use prost::Message;
use rustorium_core::ed25519::{public_key_of, sign_with};
use rustorium_core::light::*;
use rustorium_core::proto::*;
use rustorium_core::validators::{Validators, POWER_MAX};
use rustorium_core::{batch, block, certificate, merkle, vote};

fn four() -> (ValidatorSet, Validators) {
    let set = validator_set(&[10, 10, 10, 10]);
    let validators = Validators::new(&set).unwrap();
    (set, validators)
}

fn set_refusal(change: impl FnOnce(&mut Vec<Validator>)) {
    let mut set = validator_set(&[3, 2, 1]);
    change(&mut set.validators);
    assert_eq!(Validators::new(&set).unwrap_err().code, ErrorCode::MessageMalformed);
}

#[test]
fn a_set_has_distinct_ordered_members_with_bounded_power() {
    assert_eq!(Validators::new(&validator_set(&[3, 2, 2, 1])).unwrap().total_power(), 8);
    assert!(Validators::new(&validator_set(&[POWER_MAX - 1, 1])).is_ok());
    assert!(Validators::new(&validator_set(&[POWER_MAX, 1])).is_err());
    set_refusal(Vec::clear);
    set_refusal(|v| v.swap(0, 1));
    set_refusal(|v| v[2].power = 0);
    set_refusal(|v| v[0].power = u64::MAX);
    set_refusal(|v| v[0].address.truncate(31));
    set_refusal(|v| v[0].public_key = vec![2; 32]);
    set_refusal(|v| v[1].public_key = v[0].public_key.clone());
    set_refusal(|v| v[1].address = v[0].address.clone());
    set_refusal(|v| {
        v[0].power = 2;
        let high = v[0].address.clone().max(v[1].address.clone());
        if v[0].address != high {
            v.swap(0, 1);
        }
    });
}

#[test]
fn a_quorum_is_more_than_two_thirds() {
    let validators = Validators::new(&validator_set(&[1; 3])).unwrap();
    assert!(!validators.is_quorum(2));
    assert!(validators.is_quorum(3));
    let validators = Validators::new(&validator_set(&[1; 4])).unwrap();
    assert!(!validators.is_quorum(2));
    assert!(validators.is_quorum(3));
}

#[test]
fn a_certificate_needs_distinct_known_signers_with_a_quorum() {
    let (set, validators) = four();
    let all: Vec<&Validator> = set.validators.iter().collect();
    let check = |certificate: &CommitCertificate| {
        certificate::check(&GENESIS_HASH, &validators, certificate)
    };
    let right = certify(5, &[9; 32], &all[..3]);
    check(&right).unwrap();
    check(&certify(5, &[9; 32], &all)).unwrap();
    assert_eq!(
        check(&certify(5, &[9; 32], &all[..2])).unwrap_err().code,
        ErrorCode::CertificatePower
    );
    assert_eq!(check(&certify(5, &[9; 32], &[])).unwrap_err().code, ErrorCode::CertificatePower);
    let refused = |change: &dyn Fn(&mut CommitCertificate)| {
        let mut bent = right.clone();
        change(&mut bent);
        assert_eq!(check(&bent).unwrap_err().code, ErrorCode::CertificateInvalid);
    };
    refused(&|c| c.height += 1);
    refused(&|c| c.round += 1);
    refused(&|c| c.block_id[0] ^= 1);
    refused(&|c| c.block_id.clear());
    refused(&|c| c.height = 0);
    refused(&|c| c.signatures.swap(0, 1));
    refused(&|c| c.signatures[1] = c.signatures[0].clone());
    refused(&|c| c.signatures[0].signature[3] ^= 1);
    refused(&|c| c.signatures[0].signature.truncate(63));
    refused(&|c| c.signatures[0].validator = vec![0; 32]);
    refused(&|c| c.signatures[0].validator.clear());
    let mut many = right.clone();
    many.signatures = vec![right.signatures[0].clone(); 5];
    assert_eq!(check(&many).unwrap_err().code, ErrorCode::CertificateInvalid);
    // One bad signature above the quorum spoils it too: there is one verdict.
    let mut four = certify(5, &[9; 32], &all);
    four.signatures[3].signature[3] ^= 1;
    assert_eq!(check(&four).unwrap_err().code, ErrorCode::CertificateInvalid);
    let other = certificate::check(&[1; 32], &validators, &right);
    assert_eq!(other.unwrap_err().code, ErrorCode::CertificateInvalid);
}

fn vote_for(block_id: &[u8], validator: &Validator) -> Vote {
    let mut vote = Vote {
        r#type: VoteType::Prevote as i32,
        height: 4,
        round: 2,
        block_id: block_id.to_vec(),
        validator: validator.address.clone(),
        signature: Vec::new(),
    };
    let message = vote::vote_sign_bytes(&GENESIS_HASH, &vote);
    vote.signature = sign_with(&seed_of(&validator.address), &message).to_vec();
    vote
}

fn proposal_of(block_id: &[u8], validator: &Validator) -> Proposal {
    let mut proposal = Proposal {
        height: 4,
        round: 2,
        block_id: block_id.to_vec(),
        pol_round_plus_one: 1,
        proposer: validator.address.clone(),
        signature: Vec::new(),
    };
    let message = vote::proposal_sign_bytes(&GENESIS_HASH, &proposal);
    proposal.signature = sign_with(&seed_of(&validator.address), &message).to_vec();
    proposal
}

#[test]
fn votes_and_proposals_are_signed_by_members_over_every_field() {
    let (set, validators) = four();
    let right = vote_for(&[1; 32], &set.validators[1]);
    vote::verify_vote(&GENESIS_HASH, &validators, &right).unwrap();
    vote::verify_vote(&GENESIS_HASH, &validators, &vote_for(&[], &set.validators[1])).unwrap();
    assert_eq!(vote::decode_vote(&right.encode_to_vec()).unwrap(), right);
    let changes: [fn(&mut Vote); 8] = [
        |v| v.r#type = VoteType::Precommit as i32,
        |v| v.r#type = 0,
        |v| v.r#type = 3,
        |v| v.height += 1,
        |v| v.round += 1,
        |v| v.block_id.clear(),
        |v| v.validator[0] ^= 1,
        |v| v.signature.clear(),
    ];
    for change in changes {
        let mut bent = right.clone();
        change(&mut bent);
        assert!(vote::verify_vote(&GENESIS_HASH, &validators, &bent).is_err());
    }
    let right = proposal_of(&[1; 32], &set.validators[1]);
    vote::verify_proposal(&GENESIS_HASH, &validators, &right).unwrap();
    assert_eq!(vote::decode_proposal(&right.encode_to_vec()).unwrap(), right);
    let changes: [fn(&mut Proposal); 6] = [
        |p| p.height = 0,
        |p| p.round += 1,
        |p| p.pol_round_plus_one = 0,
        |p| p.pol_round_plus_one = 3,
        |p| p.block_id.clear(),
        |p| p.proposer[0] ^= 1,
    ];
    for change in changes {
        let mut bent = right.clone();
        change(&mut bent);
        assert!(vote::verify_proposal(&GENESIS_HASH, &validators, &bent).is_err());
    }
}

#[test]
fn evidence_convicts_who_signed_twice_and_nobody_else() {
    let (set, validators) = four();
    let check = |kind| {
        rustorium_core::evidence::check(&GENESIS_HASH, &validators, &Evidence { kind: Some(kind) })
    };
    let votes = |first: Vote, second: Vote| {
        check(evidence::Kind::DuplicateVote(DuplicateVote {
            first: Some(first),
            second: Some(second),
        }))
    };
    let (one, two) = (&set.validators[0], &set.validators[1]);
    let (a, b, nil) = (vote_for(&[1; 32], one), vote_for(&[2; 32], one), vote_for(&[], one));
    votes(a.clone(), b.clone()).unwrap();
    votes(nil, a.clone()).unwrap();
    assert!(votes(b.clone(), a.clone()).is_err());
    assert!(votes(a.clone(), a.clone()).is_err());
    assert!(votes(a.clone(), vote_for(&[2; 32], two)).is_err());
    assert!(votes(a.clone(), Vote { round: 3, ..b.clone() }).is_err());
    assert!(votes(a.clone(), Vote { signature: a.signature.clone(), ..b }).is_err());
    let proposals = |first: Proposal, second: Proposal| {
        check(evidence::Kind::DuplicateProposal(DuplicateProposal {
            first: Some(first),
            second: Some(second),
        }))
    };
    let (a, b) = (proposal_of(&[1; 32], one), proposal_of(&[2; 32], one));
    proposals(a.clone(), b.clone()).unwrap();
    assert!(proposals(b.clone(), a.clone()).is_err());
    assert!(proposals(a.clone(), a.clone()).is_err());
    assert!(proposals(a, proposal_of(&[2; 32], two)).is_err());
    assert!(check(evidence::Kind::DuplicateVote(DuplicateVote::default())).is_err());
    let none = rustorium_core::evidence::check(&GENESIS_HASH, &validators, &Evidence::default());
    assert!(none.is_err());
}

#[test]
fn a_block_names_exactly_what_it_carries() {
    let (set, _) = four();
    let right = certified(header(7, &set), vec![vec![1; 32], vec![2; 32]], &set).block.unwrap();
    let id = block::check(&right, 2).unwrap();
    assert_eq!(id, block::id(right.header.as_ref().unwrap()));
    assert_eq!(block::decode(&right.encode_to_vec(), 2).unwrap(), (right.clone(), id));
    let first = certified(header(1, &set), vec![], &set).block.unwrap();
    block::check(&first, 2).unwrap();
    assert_eq!(block::check(&right, 1).unwrap_err().code, ErrorCode::BlockMalformed);
    let changes: [fn(&mut Block); 16] = [
        |b| b.header = None,
        |b| b.last_certificate = None,
        |b| b.last_certificate.as_mut().unwrap().round += 1,
        |b| b.batches.swap(0, 1),
        |b| b.batches[1] = b.batches[0].clone(),
        |b| drop(b.batches.pop()),
        |b| b.batches[0].push(0),
        |b| b.evidence.push(Evidence::default()),
        |b| b.evidence = vec![Evidence::default(); 65],
        |b| b.header.as_mut().unwrap().height = 1,
        |b| b.header.as_mut().unwrap().height = 0,
        |b| b.header.as_mut().unwrap().protocol_version = 0,
        |b| b.header.as_mut().unwrap().chain_id.clear(),
        |b| b.header.as_mut().unwrap().chain_id = "a".repeat(65),
        |b| b.header.as_mut().unwrap().state_root.truncate(31),
        |b| b.header.as_mut().unwrap().parent.clear(),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut bent = right.clone();
        change(&mut bent);
        assert_eq!(block::check(&bent, 2).unwrap_err().code, ErrorCode::BlockMalformed, "{index}");
    }
}

#[test]
fn a_batch_is_in_a_block_once() {
    let (set, _) = four();
    let twice = certified(header(7, &set), vec![vec![1; 32]; 2], &set).block.unwrap();
    assert_eq!(block::check(&twice, 2).unwrap_err().code, ErrorCode::BlockMalformed);
}

#[test]
fn a_proof_of_lock_is_of_an_earlier_round() {
    let (set, _) = four();
    let mut proposal = proposal_of(&[1; 32], &set.validators[0]);
    for (round_plus_one, earlier) in [(0, true), (2, true), (3, false), (u32::MAX, false)] {
        proposal.pol_round_plus_one = round_plus_one;
        assert_eq!(vote::check_proposal(&proposal).is_ok(), earlier);
    }
}

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
