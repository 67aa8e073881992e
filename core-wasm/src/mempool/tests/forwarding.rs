//! What goes to other authors, and what is left to them.

use super::*;

/// Counts and lists of what may be forwarded are those of what waits.
pub(super) fn check_resting(mempool: &Mempool) {
    let waiting: Vec<_> = mempool
        .entries
        .iter()
        .filter(|(_, entry)| !entry.reserved)
        .map(|(_, entry)| entry)
        .collect();
    let slot = |entry: &Entry| mempool.senders.get(entry.sender).unwrap().slot;
    let (followed, listed) = mempool.resting.followed();
    let fresh = waiting.iter().filter(|entry| entry.forwarded == 0).count();
    assert_eq!(mempool.resting.fresh(), fresh);
    assert_eq!(listed, waiting.iter().filter(|entry| followed.has(slot(entry))).count());
}

/// The nonces of person 1 in a chunk.
fn nonces(chunk: &[u8]) -> Vec<u64> {
    let (mut nonces, mut rest) = (Vec::new(), chunk);
    while !rest.is_empty() {
        let (envelope, tail) = Envelope::split_first(rest).unwrap();
        nonces.push(TransactionBody::decode(envelope.body()).unwrap().nonce);
        rest = tail;
    }
    nonces
}

#[test]
fn each_author_of_an_epoch_is_given_a_transaction_once() {
    let mut world = World::new(1);
    let (all, none) = (BucketSet::ALL, BucketSet::NONE);
    let first =
        |world: &mut World, height| nonces(&world.mempool.forward(height, &all, &none, 9_999));
    let second =
        |world: &mut World, height| nonces(&world.mempool.forward(height, &none, &all, 9_999));
    assert!(!world.mempool.is_fresh_outside(&none));
    for nonce in 0..2 {
        assert_eq!(world.offer(1, &world.body(0, nonce)), OK);
    }
    assert!(world.mempool.is_fresh_outside(&none) && !world.mempool.is_fresh_outside(&all));
    assert_eq!(second(&mut world, 32), [0; 0]);
    assert_eq!(first(&mut world, 32), [0, 1]);
    assert!(!world.mempool.is_fresh_outside(&none));
    assert_eq!((first(&mut world, 35), second(&mut world, 35)), (vec![], vec![]));
    assert_eq!(second(&mut world, 36), [0, 1]);
    assert_eq!((first(&mut world, 39), second(&mut world, 39)), (vec![], vec![]));
    // The next epoch: not so soon that it would be there twice.
    assert_eq!(first(&mut world, 64), [0, 1]);
    assert_eq!(first(&mut world, 96), [0, 1]);
    // What is in a batch of ours is nobody else's work, until it comes back.
    world.height = 100;
    let payload = world.assemble(1 << 20, 1);
    assert_eq!(first(&mut world, 128), [1]);
    world.mempool.release(&payload, &world.genesis.hash);
    assert_eq!(first(&mut world, 129), [0]);
}

#[test]
fn what_was_forwarded_a_moment_ago_is_left_to_its_author() {
    let mut world = World::new(2);
    let all = BucketSet::ALL;
    assert_eq!(world.offer(1, &world.body(0, 0)), OK);
    world.mempool.forward(8, &all, &BucketSet::NONE, 9_999);
    for person in [1, 2] {
        let nonce = u64::from(person == 1);
        assert_eq!(world.offer(person, &world.body(0, nonce)), OK);
    }
    world.height = 11;
    assert_eq!(contents(&world.assemble(1 << 20, 9)).len(), 1);
    world.height = 12;
    assert_eq!(contents(&world.assemble(1 << 20, 9)).len(), 2);
}

#[test]
fn while_a_bucket_moves_its_second_author_is_not_needed() {
    let mut world = World::new(1);
    let (all, none) = (BucketSet::ALL, BucketSet::NONE);
    for nonce in 0..3 {
        assert_eq!(world.offer(1, &world.body(0, nonce)), OK);
    }
    assert_eq!(nonces(&world.mempool.forward(8, &all, &none, 9_999)), [0, 1, 2]);
    world.use_nonce(1, 0);
    let terms = world.terms(0);
    world.mempool.settle(&[9; 32], &terms, None, true);
    world.mempool.expire(9);
    assert!(world.mempool.forward(12, &none, &all, 9_999).is_empty());
    assert_eq!(nonces(&world.mempool.forward(13, &none, &all, 9_999)), [1, 2]);
}

#[test]
fn without_blocks_lulls_count_as_heights() {
    let mut world = World::new(2);
    let (all, none) = (BucketSet::ALL, BucketSet::NONE);
    let lull = |world: &mut World, times| (0..times).for_each(|_| world.mempool.lull());
    assert_eq!(world.offer(1, &world.body(0, 0)), OK);
    assert_eq!(nonces(&world.mempool.forward(30, &all, &none, 9_999)), [0]);
    lull(&mut world, 3);
    assert!(world.mempool.forward(30, &none, &all, 9_999).is_empty());
    lull(&mut world, 1);
    assert_eq!(nonces(&world.mempool.forward(30, &none, &all, 9_999)), [0]);
    // As long it is left to whoever has it now.
    for (height, lulls, count) in [(31, 2, 0), (31, 1, 1)] {
        lull(&mut world, lulls);
        world.height = height;
        assert_eq!(contents(&world.assemble(1 << 20, 9)).len(), count);
    }
    // What went out in the epoch before goes to the first author of the next, lulls or not.
    assert_eq!(world.offer(2, &world.body(0, 0)), OK);
    assert_eq!(nonces(&world.mempool.forward(31, &all, &none, 9_999)), [0]);
    assert!(world.mempool.forward(32, &all, &none, 9_999).is_empty());
    lull(&mut world, 3);
    assert!(world.mempool.forward(32, &none, &all, 9_999).is_empty());
    assert_eq!(nonces(&world.mempool.forward(32, &all, &none, 9_999)), [0]);
}

#[test]
fn a_chunk_has_room_for_so_much_and_the_next_goes_on() {
    let mut world = World::new(20);
    for person in 1..=20 {
        assert_eq!(world.offer(person, &world.body(0, 0)), OK);
    }
    let one = world.signed(1, &world.body(0, 0)).len();
    let mut chunk =
        || world.mempool.forward(1, &BucketSet::ALL, &BucketSet::NONE, 3 * one + 1).len();
    let lengths: Vec<_> = (0..8).map(|_| chunk() / one).collect();
    assert_eq!(lengths, [3, 3, 3, 3, 3, 3, 2, 0]);
}
