//! Validator sets, certificates, votes, evidence and blocks.

mod common;
use common::*;
use prost::Message;
use rustorium_core::ed25519::sign_with;
use rustorium_core::proto::*;
use rustorium_core::validators::{Validators, POWER_MAX};
use rustorium_core::{block, certificate, vote};

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
