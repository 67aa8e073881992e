//! Bytes that nobody should have sent.

use super::*;
use crate::wire::put_sized;

#[test]
fn a_block_that_cannot_be_read_changes_nothing() {
    let mut chain = Chain::people(1, 1, 1_000_000);
    let hash = chain.hash();
    let batch = batch_of(&hash, &[unsigned(&person(0), &body(&hash, 0, 0, &[(person(1), 5)]))]);
    let shard = &mut chain.shards[0];
    let code = |outcome: CoreResult<Vec<u8>>| outcome.unwrap_err().code;
    assert_eq!(code(shard.begin_block(&header(2), &[])), ErrorCode::BlockMalformed);
    assert_eq!(code(shard.begin_block(&[], &[])), ErrorCode::BlockMalformed);
    assert_eq!(code(shard.begin_block(&header(1), &[name_of(&batch)])), ErrorCode::BlockMalformed);
    let part = part_of(&batch, &owned(1, 0));
    for cut in [5, part.len() - 1] {
        shard.learn(&[1; 32], 9, part[..cut].to_vec());
        assert_eq!(code(shard.begin_block(&header(1), &[[1; 32]])), ErrorCode::BlockMalformed);
    }
    assert_eq!(code(shard.run(&[])), ErrorCode::BlockMalformed);
    let mut foreign = body(&hash, 0, 0, &[(person(1), 5)]);
    foreign.chain_tag ^= 1;
    let foreign = batch_of(&hash, &[unsigned(&person(0), &foreign)]);
    shard.learn(&[1; 32], 9, part_of(&foreign, &owned(1, 0)));
    assert_eq!(code(shard.begin_block(&header(1), &[[1; 32]])), ErrorCode::BlockMalformed);
    // A part of slots that this shard does not own.
    let mut two = Chain::people(2, 1, 1_000_000);
    let other = two.shards.iter_mut().position(|one| !one.state.owns(slot_of(&person(0))));
    let fault = two.shards[other.unwrap()].check_batch(&[1; 32], 9, &part).unwrap_err();
    assert_eq!(fault.code, ErrorCode::BatchMalformed);
    assert_eq!(codes(&chain.execute(&[batch]).unwrap()), [0]);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>, height in 0u64..3, prefix in 0usize..3) {
        let mut chain = Chain::people(2, 2, 1_000);
        let hash = chain.hash();
        let right = batch_of(&hash, &[unsigned(&person(0), &body(&hash, 0, 0, &[(person(1), 5)]))]);
        let mut bytes = bytes;
        // Some garbage, some that begins right.
        bytes.splice(0..0, right[..right.len() * prefix / 3].iter().copied());
        let (shard, coordinator) = (&mut chain.shards[0], &mut chain.coordinator);
        let _ = shard.submit(&bytes);
        let _ = shard.check_batch(&[1; 32], height, &bytes);
        shard.release(&bytes);
        let _ = (coordinator.check_batch(&bytes, height), coordinator.draft(&[&bytes]));
        let fault = Fault { slot: 7, index: height as u32, error: CoreError::new(ErrorCode::Expired) };
        let _ = (coordinator.refuse(&bytes, &fault), coordinator.refuse(&right, &fault));
        let answers = coordinator.sort(&[&bytes, &right]);
        let _ = (coordinator.merge(&bytes, &[&bytes]), coordinator.merge(&answers.owners, &[&bytes]));
        let _ = shard.begin_block(&bytes, &[]);
        shard.learn(&[2; 32], height, bytes.clone());
        let _ = shard.begin_block(&header(1), &[[2; 32]]);
        shard.learn(&[2; 32], 9, part_of(&right, &owned(2, 0)));
        let _ = shard.begin_block(&header(1), &[[2; 32]]);
        let _ = (shard.run(&bytes), shard.deliver(&bytes), shard.end_block(0));
        let _ = (coordinator.begin(&[&bytes]), coordinator.route(&[&bytes]), coordinator.finish(&[&bytes, &bytes]));
        let _ = (coordinator.start(&[&bytes]), Coordinator::new(chain.genesis.clone(), &bytes));
    }
}

#[test]
fn messages_out_of_order_twice_or_for_others_are_refused() {
    let mut chain = Chain::people(1, 1, 1_000);
    let inbox = |credits: &[(u32, u8)]| {
        let mut inbox = Vec::new();
        for (transaction, to) in credits {
            let origin = Origin { transaction: *transaction, source: 0, counter: 0 };
            let credit = Credit { origin, to: person(*to), amount: 1 };
            let mut bytes = Vec::new();
            credit.encode_into(&mut bytes);
            inbox.push(slot_of(&credit.to));
            put_sized(&mut inbox, &bytes);
        }
        inbox
    };
    let mut code = |inbox: Vec<u8>| chain.shards[0].deliver(&inbox).err().map(|fault| fault.code);
    assert_eq!(code(inbox(&[(1, 1), (2, 1), (3, 2)])), None);
    for wrong in [[(2, 1), (1, 2)], [(1, 1), (1, 1)]] {
        assert_eq!(code(inbox(&wrong)), Some(ErrorCode::MessageMalformed));
    }
    let mut elsewhere = Chain::people(2, 1, 1_000);
    let shard = usize::from(owners(2)[usize::from(slot_of(&person(1)))]);
    let fault = elsewhere.shards[1 - shard].deliver(&inbox(&[(1, 1)])).unwrap_err();
    assert_eq!(fault.code, ErrorCode::MessageMalformed);
}
