//! Ten thousand transactions without waiting for any.

use super::*;

const COUNT: u64 = 10_000;

fn seed_of(number: u64) -> [u8; 32] {
    let mut seed = [9; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    seed
}

/// A world of so many people with these seeds.
fn world(people: u64) -> World {
    let accounts: Vec<_> =
        (0..people).map(|one| (public_key_of(&seed_of(one)), 1_000_000_000)).collect();
    let genesis = Genesis::parse(&genesis(&accounts).encode_to_vec()).unwrap();
    let all: Vec<u8> = (0..=255).collect();
    World { state: State::genesis(&genesis, &all).unwrap(), genesis, ..World::new(1) }
}

fn signed(world: &World, people: u64, number: u64) -> Vec<u8> {
    let body = world.body(0, number / people);
    sign(&seed_of(number % people), &world.genesis.hash, &body)
}

fn goes_through(people: u64, parts: &[std::ops::Range<u64>]) {
    let mut world = world(people);
    for part in parts {
        let envelopes: Vec<_> = part.clone().map(|number| signed(&world, people, number)).collect();
        let codes = world.submit(&envelopes.concat());
        assert!(codes.iter().all(|code| *code == OK));
    }
    let payload = world.assemble(1 << 26, COUNT as usize + 1);
    let contents = contents(&payload);
    assert_eq!((contents.len(), world.is_ready()), (COUNT as usize, false));
    for (sender, body) in contents {
        let terms = world.terms_of(&sender, body.lane, body.nonce);
        let id = id(&world.genesis.hash, &sender, &body.encode_to_vec());
        world.mempool.settle(&id, &terms, None, true);
    }
    world.mempool.end_block(1, &world.state).unwrap();
    let mempool = &world.mempool;
    assert!(mempool.is_empty() && mempool.bytes() == 0 && mempool.by_address.len() == 0);
}

#[test]
fn one_account_sends_them_in_one_submission() {
    goes_through(1, &[0..COUNT]);
}

#[test]
fn one_account_sends_them_in_several_submissions_the_last_first() {
    goes_through(1, &[9_000..COUNT, 4_000..9_000, 0..4_000]);
}

#[test]
fn as_many_accounts_send_one_each() {
    goes_through(COUNT, &[0..COUNT]);
}
