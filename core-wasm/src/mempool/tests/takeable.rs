//! What blocks could take, and what they could not.

use super::*;

/// The count kept as things change is that of who looks at everybody.
pub(super) fn check_takeable(world: &World) {
    let counted = simple::takeable(&world.mempool, &world.state);
    assert_eq!(world.mempool.takeable(), counted);
}

#[test]
fn what_blocks_could_take_is_told_apart_from_what_they_could_not() {
    let mut world = World::new(2);
    for nonce in [1, 2, 4] {
        assert_eq!(world.offer(1, &world.body(0, nonce)), OK);
    }
    assert_eq!(world.mempool.takeable(), 0);
    assert_eq!(world.offer(1, &world.body(0, 0)), OK);
    assert_eq!(world.offer(2, &world.body(0, 0)), OK);
    assert_eq!((world.mempool.takeable(), world.mempool.len()), (4, 5));
    // What is on its way counts still.
    let payload = world.assemble(1 << 20, 9);
    assert_eq!((contents(&payload).len(), world.mempool.takeable()), (4, 4));
    world.base_fee = 11;
    assert_eq!(world.offer(2, &TransactionBody { max_fee: 11, ..world.body(1, 0) }), OK);
    assert_eq!(world.mempool.takeable(), 5);
    world.mempool.set_base_fee(12);
    assert_eq!(world.mempool.takeable(), 4, "it does not pay");
    world.mempool.set_base_fee(11);
    assert_eq!((world.mempool.takeable(), world.mempool.taken()), (5, 0));
    let first = contents(&payload).into_iter().find(|(_, body)| body.nonce == 0).unwrap();
    let terms = world.terms_of(&first.0, 0, 0);
    let id = id(&world.genesis.hash, &first.0, &first.1.encode_to_vec());
    world.mempool.settle(&id, &terms, None, true);
    world.mempool.settle(&[9; 32], &terms, None, true);
    assert_eq!((world.mempool.takeable(), world.mempool.taken()), (4, 1));
}

proptest! {
    #[test]
    fn a_lane_counts_what_joins(next in 0u64..6, nonces in prop::collection::btree_set(0u64..12, 0..12)) {
        let mut lane = queue::LaneQueue { next, ..Default::default() };
        nonces.iter().for_each(|nonce| lane.waiting.insert(*nonce, 0));
        let joins = (next..).take_while(|nonce| nonces.contains(nonce)).count();
        prop_assert_eq!(lane.on_way(), nonces.range(..next).count());
        prop_assert_eq!(lane.joined(), lane.on_way() + joins);
    }
}
