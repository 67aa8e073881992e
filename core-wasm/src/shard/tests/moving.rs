//! Slots that change their shards while the chain goes on.

use super::sharding::{blocks, checkpoint, envelopes, pages};
use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn results_do_not_depend_on_where_slots_are(
        blocks in blocks(),
        moves in prop::collection::vec(prop::collection::vec((any::<u8>(), 0usize..3), 0..40), 4),
    ) {
        let mut still = Chain::people(1, 8, 600_000);
        let mut moving = Chain::people(3, 8, 600_000);
        let hash = still.hash();
        for (number, (block, moves)) in blocks.iter().zip(&moves).enumerate() {
            let batches: Vec<_> =
                envelopes(&mut still, block).iter().map(|batch| batch_of(&hash, batch)).collect();
            prop_assert_eq!(still.execute(&batches).unwrap(), moving.execute(&batches).unwrap());
            // What is in no checkpoint yet moves as well, and is in the next one.
            if number % 2 == 1 {
                prop_assert_eq!(checkpoint(&mut still), checkpoint(&mut moving));
            }
            // Most have people, some do not.
            for (who, to) in moves {
                moving.move_slot(slot_of(&person(who % 20)), *to);
                moving.move_slot(*who, *to);
            }
        }
        prop_assert_eq!(checkpoint(&mut still), checkpoint(&mut moving));
        prop_assert!(pages(&mut moving).is_empty());
        for number in 0..20 {
            let address = person(number);
            let bytes = |chain: &mut Chain| {
                chain.shard_of(&address).account(&address).unwrap().map(<[u8]>::to_vec)
            };
            prop_assert_eq!(bytes(&mut still), bytes(&mut moving));
        }
    }
}

#[test]
fn what_waits_goes_along_and_what_is_being_written_stays() {
    let seed = [7; 32];
    let sender = crate::ed25519::public_key_of(&seed);
    let mut chain = Chain::new(2, parameters(), &[(sender, 1 << 40)]);
    let hash = chain.hash();
    let slot = slot_of(&sender);
    let from = usize::from(chain.owners[usize::from(slot)]);
    chain.shards[from].begin_checkpoint().unwrap();
    assert!(chain.shards[from].export_slot(slot).is_err());
    assert!(chain.shards[1 - from].export_slot(slot).is_err());
    chain.shards[from].end_checkpoint(false);
    let signed = |nonce| transaction::sign(&seed, &hash, &body(&hash, 0, nonce, &[(person(1), 5)]));
    let waiting: Vec<u8> = (0..3).flat_map(signed).collect();
    chain.shard_of(&sender).submit(&waiting).unwrap();
    // One of them is on its way.
    let room = Room { bytes: 1 << 20, transactions: 1 };
    assert!(!chain.shard_of(&sender).assemble(1, room, &BucketSet::ALL).unwrap().is_empty());
    chain.move_slot(slot, 1 - from);
    // What was assembled of it before is not this shard's to execute.
    chain.shards[from].name(&[1; 32]);
    let refused = chain.shards[from].begin_block(&header(1), &[[1; 32]]).unwrap_err();
    assert_eq!(refused.code, ErrorCode::BlockMalformed);
    assert!(chain.shards[from].mempool().is_empty());
    assert_eq!(chain.shards[from].mempool().bytes(), 0);
    assert_eq!(chain.shards[1 - from].mempool().len(), 3);
    assert!(chain.shards[from].account(&sender).is_err());
    let room = Room { bytes: 1 << 20, transactions: 9 };
    let payload = chain.shard_of(&sender).assemble(1, room, &BucketSet::ALL).unwrap();
    let all: Vec<Vec<u8>> = Payload::parse(&payload)
        .unwrap()
        .envelopes()
        .map(|envelope| envelope.unwrap().bytes().to_vec())
        .collect();
    assert_eq!(all.concat(), waiting);
    assert_eq!(codes(&chain.execute(&[batch_of(&hash, &all)]).unwrap()), [0, 0, 0]);
    assert!(chain.shard_of(&sender).mempool().is_empty());
    assert!(chain.coordinator.move_slot(slot, 2).is_err());
}
