//! Batches on their way into a block.

use super::*;
use crate::buckets::{epoch_of, BucketSet, Buckets};
use crate::invalid_batch::Blame;

#[test]
fn a_batch_is_checked_for_form_author_validity_and_signatures() {
    let seeds: Vec<[u8; 32]> = (1..=12).map(|seed| [seed; 32]).collect();
    let accounts: Vec<_> =
        seeds.iter().map(|seed| (crate::ed25519::public_key_of(seed), 1 << 40)).collect();
    let mut chain = Chain::new(2, parameters(), &accounts);
    let hash = chain.hash();
    let signed: Vec<Vec<u8>> = seeds
        .iter()
        .map(|seed| transaction::sign(seed, &hash, &body(&hash, 0, 0, &[(person(1), 5)])))
        .collect();
    let check_parts = |chain: &mut Chain, batch: &[u8]| {
        chain.shards.iter_mut().enumerate().find_map(|(at, shard)| {
            let part = part_of(batch, &owned(2, at));
            shard.check_batch(&name_of(batch), 100, &part).unwrap().err()
        })
    };
    let check = |chain: &mut Chain, batch: &[u8], height: u64| match chain
        .coordinator
        .check_batch(batch, height)
    {
        Ok(()) => check_parts(chain, batch).map(|fault| fault.error.code),
        Err(refusal) => Some(refusal.error.code),
    };
    let right = batch_of(&hash, &signed);
    assert_eq!(check(&mut chain, &right, 1), None);
    assert_eq!(check(&mut chain, &right, 101), Some(ErrorCode::Expired));
    let mut forged = signed.clone();
    forged[7][40] ^= 1;
    let forged = batch_of(&hash, &forged);
    assert_eq!(check(&mut chain, &forged, 1), Some(ErrorCode::SignatureInvalid));
    // What the mempool verified is not verified again, unless it differs in a byte.
    for shard in &mut chain.shards {
        shard.submit(&signed.concat()).unwrap();
    }
    assert_eq!(chain.shards.iter().map(|shard| shard.mempool().len()).sum::<usize>(), 12);
    let fresh = |chain: &Chain| {
        chain.shards.iter().any(|shard| shard.mempool().is_fresh_outside(&BucketSet::NONE))
    };
    assert_eq!(check(&mut chain, &forged, 1), Some(ErrorCode::SignatureInvalid));
    // The first bad one convicts the author, wherever it is checked.
    let fault = check_parts(&mut chain, &forged).unwrap();
    let refusal = chain.coordinator.refuse(&forged, &fault).unwrap();
    let Blame::Proven(evidence) = &refusal.blame else { panic!("{refusal:?}") };
    crate::evidence::check(&hash, &chain.genesis.validators, evidence).unwrap();
    // What is refused is not kept, what is right is.
    assert!(chain.shards.iter_mut().any(|shard| !shard.unknown(&[name_of(&forged)]).is_empty()));
    assert!(chain.shards.iter_mut().all(|shard| shard.unknown(&[name_of(&right)]).is_empty()));
    // Whatever is in a right batch needs nobody to forward it.
    assert!(fresh(&chain));
    assert_eq!(check(&mut chain, &right, 1), None);
    assert!(!fresh(&chain));
    let room = Room { bytes: 1 << 20, transactions: 100 };
    for (height, count) in [(4, 0), (5, 12)] {
        let shards = chain.shards.iter_mut();
        let payloads: Vec<_> =
            shards.map(|shard| shard.assemble(height, room, &BucketSet::ALL).unwrap()).collect();
        let draft = chain.coordinator.draft(&borrowed(&payloads)).unwrap();
        assert_eq!(draft.get(64).copied().unwrap_or(0), count);
    }
    let mut tampered = right.clone();
    *tampered.last_mut().unwrap() ^= 1;
    assert_eq!(check(&mut chain, &tampered, 1), Some(ErrorCode::BatchMismatch));
    assert_eq!(check(&mut chain, &right[1..], 1), Some(ErrorCode::BatchMalformed));
    let mut stranger = Chain::new(2, parameters(), &accounts).genesis;
    stranger.validators = crate::validators::Validators::new(&crate::proto::ValidatorSet {
        validators: vec![crate::proto::Validator {
            address: vec![1; 32],
            public_key: crate::ed25519::public_key_of(&[8; 32]).to_vec(),
            power: 1,
        }],
    })
    .unwrap();
    let other = Coordinator::new(stranger, &owners(2)).unwrap();
    assert_eq!(other.check_batch(&right, 1).unwrap_err().error.code, ErrorCode::NotAuthorized);
}

#[test]
fn a_batch_goes_from_the_mempool_through_a_block_and_out() {
    let seeds: Vec<[u8; 32]> = (1..=12).map(|seed| [seed; 32]).collect();
    let accounts: Vec<_> =
        seeds.iter().map(|seed| (crate::ed25519::public_key_of(seed), 1 << 40)).collect();
    let mut chain = Chain::new(3, parameters(), &accounts);
    let hash = chain.hash();
    for seed in &seeds {
        let envelope = transaction::sign(seed, &hash, &body(&hash, 0, 0, &[(person(1), 5)]));
        for shard in &mut chain.shards {
            shard.submit(&envelope).unwrap();
        }
    }
    let room = Room { bytes: 1 << 20, transactions: 100 };
    let payloads: Vec<_> = chain
        .shards
        .iter_mut()
        .map(|shard| shard.assemble(1, room, &BucketSet::ALL).unwrap())
        .collect();
    let draft = chain.coordinator.draft(&borrowed(&payloads)).unwrap();
    assert!(chain.shards.iter().all(|shard| !shard.mempool().is_ready(&BucketSet::ALL)));
    chain.shards.iter_mut().for_each(|shard| shard.release(&draft[68..]));
    assert!(chain.shards.iter().any(|shard| shard.mempool().is_ready(&BucketSet::ALL)));
    let author = crate::ed25519::public_key_of(&[9; 32]);
    let header = batch::header_of(&hash, &author, 1, 100, &draft[68..]).unwrap();
    let root: &Hash = draft.first_chunk().unwrap();
    assert_eq!(
        (&header.payload_root[..], &header.transactions_root[..]),
        (&draft[..32], &draft[32..64])
    );
    assert_eq!(header.transaction_count.to_le_bytes(), draft[64..68]);
    let block = batch::encode(header, &[0; 64], draft[68..].to_vec());
    // No shard is given again what it has assembled itself.
    for shard in &mut chain.shards {
        shard.name(root);
        shard.rename(root, &name_of(&block), 100);
        assert!(shard.unknown(&[name_of(&block)]).is_empty());
    }
    let mut other = Chain::new(2, parameters(), &accounts);
    let learnt = other.execute(std::slice::from_ref(&block)).unwrap();
    let result = chain.execute(&[block]).unwrap();
    assert_eq!(codes(&result), [0; 12]);
    // Nor does it make a difference.
    assert_eq!(result, learnt);
    assert!(chain.shards.iter().all(|shard| shard.mempool().is_empty()));
    assert!(chain.coordinator.draft(&[&[], &[]]).unwrap().is_empty());
}

#[test]
fn an_author_takes_from_its_own_buckets_only() {
    let seeds: Vec<[u8; 32]> = (1..=40).map(|seed| [seed; 32]).collect();
    let accounts: Vec<_> =
        seeds.iter().map(|seed| (crate::ed25519::public_key_of(seed), 1 << 40)).collect();
    let chain = Chain::new(1, parameters(), &accounts);
    let hash = chain.hash();
    let mut genesis = chain.genesis.clone();
    let mut validators: Vec<_> = (7..=10)
        .map(|seed| {
            let key = crate::ed25519::public_key_of(&[seed; 32]).to_vec();
            crate::proto::Validator { address: key.clone(), public_key: key, power: 1 }
        })
        .collect();
    validators.sort_by(|one, other| one.address.cmp(&other.address));
    let set = crate::proto::ValidatorSet { validators };
    genesis.validators = crate::validators::Validators::new(&set).unwrap();
    let buckets = Buckets::new(&hash, &genesis.validators);
    let coordinator = Coordinator::new(genesis, &owners(1)).unwrap();
    let author = crate::ed25519::public_key_of(&[9; 32]);
    let (own, foreign): (Vec<_>, Vec<_>) = seeds
        .iter()
        .map(|seed| transaction::sign(seed, &hash, &body(&hash, 0, 0, &[(person(1), 5)])))
        .partition(|envelope| {
            let slot = slot_of(envelope.first_chunk().unwrap());
            buckets.is_author(&author, epoch_of(100), slot)
        });
    assert!(own.len() > 1 && foreign.len() > 1);
    assert_eq!(coordinator.check_batch(&batch_of(&hash, &own), 1), Ok(()));
    for spoiler in &foreign {
        let mixed = [&own[..], std::slice::from_ref(spoiler)].concat();
        let fault = coordinator.check_batch(&batch_of(&hash, &mixed), 1).unwrap_err();
        assert_eq!(fault.error.code, ErrorCode::BatchForeignBucket);
    }
}
