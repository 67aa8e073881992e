//! Who makes room in a full mempool, and for whom.

use super::*;
use crate::mempool::evict::{Plan, Victim};
use proptest::prelude::*;
use std::cmp::Reverse;

const FULL: u32 = ErrorCode::MempoolFull as u32;

fn full(people: u8, transactions_max: usize) -> World {
    let mut world = World::new(people);
    world.mempool.limits_mut().transactions_max = transactions_max;
    world
}

fn paying(world: &World, nonce: u64, tip: u64) -> TransactionBody {
    TransactionBody { max_fee: 1_000, tip, ..world.body(0, nonce) }
}

/// Who is in it: sender as person, nonce, tip.
fn inside(world: &World) -> Vec<(u8, u64, u64)> {
    let person =
        |address: &Address| (1..=200).find(|one| public_key_of(&seed(*one)) == *address).unwrap();
    let entries = world.mempool.entries.iter();
    let mut all: Vec<_> = entries
        .map(|(_, entry)| (person(&entry.terms.sender), entry.terms.nonce, entry.terms.tip))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn what_pays_a_tenth_more_takes_the_place_of_what_pays_least() {
    let mut world = full(6, 3);
    for (person, tip) in [(1, 20), (2, 10), (3, 30)] {
        let body = paying(&world, 0, tip);
        assert_eq!(world.offer(person, &body), OK);
    }
    assert_eq!(world.offer(4, &paying(&world, 0, 10)), FULL);
    assert_eq!(world.offer(5, &paying(&world, 0, 11)), OK);
    assert_eq!(inside(&world), [(1, 0, 20), (3, 0, 30), (5, 0, 11)]);
    // Among equals the newest goes.
    assert_eq!(world.offer(2, &paying(&world, 0, 20)), OK);
    assert_eq!(inside(&world), [(1, 0, 20), (2, 0, 20), (3, 0, 30)]);
    assert_eq!(world.offer(6, &paying(&world, 0, 40)), OK);
    assert_eq!(inside(&world), [(1, 0, 20), (3, 0, 30), (6, 0, 40)]);
    // What is on its way stays.
    assert_eq!(contents(&world.assemble(1 << 20, 3)).len(), 3);
    assert_eq!(world.offer(2, &paying(&world, 0, 900)), FULL);
}

#[test]
fn a_lane_loses_its_last_first_and_is_worth_what_its_head_pays() {
    let mut world = full(3, 4);
    for (nonce, tip) in [(0, 10), (1, 500), (2, 20)] {
        let body = paying(&world, nonce, tip);
        assert_eq!(world.offer(1, &body), OK);
    }
    assert_eq!(world.offer(2, &paying(&world, 0, 15)), OK);
    let envelopes: Vec<_> =
        (1..4).map(|nonce| world.signed(2, &paying(&world, nonce, 100))).collect();
    // Three more that are worth what the 15 before them is, each in the place of a last.
    assert_eq!(world.submit(&envelopes.concat()), [OK, OK, OK]);
    assert_eq!(inside(&world), [(2, 0, 15), (2, 1, 100), (2, 2, 100), (2, 3, 100)]);
    assert_eq!(world.offer(3, &paying(&world, 0, 16)), FULL);
    assert_eq!(world.offer(3, &paying(&world, 0, 17)), OK);
    assert_eq!(inside(&world), [(2, 0, 15), (2, 1, 100), (2, 2, 100), (3, 0, 17)]);
    // A lane does not make room for its own next.
    assert_eq!(world.offer(2, &paying(&world, 3, 900)), FULL);
}

#[test]
fn what_waits_for_an_earlier_nonce_makes_room_for_it() {
    let mut world = full(2, 3);
    for nonce in 1..4 {
        let body = paying(&world, nonce, 100);
        assert_eq!(world.offer(1, &body), OK);
    }
    // Nothing that cannot leave is worth any of these.
    assert_eq!(world.offer(1, &paying(&world, 5, 900)), FULL);
    assert_eq!(world.offer(2, &paying(&world, 1, 900)), FULL);
    assert_eq!(world.offer(1, &paying(&world, 0, 0)), OK);
    assert_eq!(inside(&world), [(1, 0, 0), (1, 1, 100), (1, 2, 100)]);
    assert_eq!(contents(&world.assemble(1 << 20, 9)).len(), 3);
}

#[test]
fn what_the_base_fee_has_left_behind_goes_first() {
    let mut world = full(3, 2);
    assert_eq!(world.offer(1, &TransactionBody { max_fee: 10, tip: 10, ..world.body(0, 0) }), OK);
    assert_eq!(world.offer(2, &TransactionBody { max_fee: 30, tip: 1, ..world.body(0, 0) }), OK);
    world.base_fee = 20;
    assert!(
        contents(&world.assemble(1 << 20, 1)).len() == 1 && world.assemble(1 << 20, 1).is_empty()
    );
    assert_eq!(world.offer(3, &TransactionBody { max_fee: 20, tip: 0, ..world.body(0, 0) }), OK);
    assert_eq!(inside(&world), [(2, 0, 1), (3, 0, 0)]);
}

#[test]
fn what_waits_below_the_base_fee_leaves_when_that_has_come_down() {
    let mut world = World::new(1);
    assert_eq!(world.offer(1, &world.body(0, 0)), OK);
    world.base_fee = 11;
    assert!(world.assemble(1 << 20, 1).is_empty() && !world.is_ready());
    assert_eq!(world.offer(1, &world.body(0, 1)), code(ErrorCode::FeeTooLow));
    world.base_fee = 10;
    assert_eq!(contents(&world.assemble(1 << 20, 1)).len(), 1);
    // A block whose base fee it did not pay gives it back.
    let (id, terms) = {
        let (_, entry) = world.mempool.entries.iter().next().unwrap();
        (entry.id, entry.terms)
    };
    world.mempool.settle(&id, &terms, Some(ErrorCode::FeeTooLow), false);
    assert_eq!(contents(&world.assemble(1 << 20, 1)).len(), 1);
}

#[test]
fn a_large_one_takes_the_place_of_several_small_ones_or_of_none() {
    let mut world = World::new(6);
    for (person, tip) in [(1, 1), (2, 2), (3, 3), (4, 40)] {
        let body = paying(&world, 0, tip);
        assert_eq!(world.offer(person, &body), OK);
    }
    world.mempool.limits_mut().bytes_max = world.mempool.bytes();
    let large = |world: &World, tip| TransactionBody {
        gas_limit: 9_000,
        memo: vec![1; 250],
        ..paying(world, 0, tip)
    };
    let before = inside(&world);
    assert_eq!(world.offer(5, &large(&world, 3)), FULL);
    assert_eq!(inside(&world), before);
    assert_eq!(world.offer(5, &large(&world, 5)), OK);
    assert_eq!(inside(&world), [(4, 0, 40), (5, 0, 5)]);
}

#[test]
fn who_has_not_signed_takes_nobodys_place() {
    let mut world = full(4, 2);
    for person in [1, 2] {
        assert_eq!(world.offer(person, &world.body(0, 0)), OK);
    }
    let before = inside(&world);
    let mut forged = world.signed(3, &paying(&world, 0, 90));
    forged[40] ^= 1;
    let mut replacement = world.signed(1, &paying(&world, 0, 90));
    replacement[40] ^= 1;
    let invalid = code(ErrorCode::SignatureInvalid);
    assert_eq!(world.submit(&[forged.clone(), replacement].concat()), [invalid; 2]);
    assert_eq!(inside(&world), before);
    // Whom it kept from a place in the same submission gets it after all.
    world.mempool.limits_mut().sender_transactions_max = 1;
    let honest = world.signed(3, &paying(&world, 0, 80));
    let codes = world.submit(&[forged, honest].concat());
    assert_eq!(codes, [invalid, OK]);
    assert_eq!(inside(&world), [(1, 0, 2), (3, 0, 80)]);
}

#[test]
fn room_and_quota_are_decided_before_the_signature() {
    let mut world = full(2, 2);
    world.mempool.limits_mut().sender_transactions_max = 1;
    for person in [1, 2] {
        assert_eq!(world.offer(person, &world.body(0, 0)), OK);
    }
    // More than would be searched for.
    let forged: Vec<_> = (1..=40)
        .map(|nonce| {
            let mut forged = world.signed(1, &world.body(0, nonce));
            forged[40] ^= 1;
            forged
        })
        .collect();
    assert_eq!(world.submit(&forged.concat()), [code(ErrorCode::SenderQuota); 40]);
    world.mempool.limits_mut().sender_transactions_max = 100;
    assert_eq!(world.submit(&forged.concat()), [FULL; 40]);
}

#[test]
fn what_a_sender_can_no_longer_pay_goes_after_the_block() {
    let mut world = World::new(2);
    let each = |world: &World, nonce| TransactionBody {
        gas_limit: 10_000,
        max_fee: 2_400,
        ..world.body(0, nonce)
    };
    for nonce in 0..4 {
        let body = each(&world, nonce);
        assert_eq!(world.offer(1, &body), OK);
    }
    // Somebody else's copy of another transaction spent half of the balance.
    let sender = public_key_of(&seed(1));
    let slot = world.state.slot_mut(crate::address::slot_of(&sender)).unwrap();
    let (leaf, mut account) = (slot.find(&sender).unwrap().unwrap(), Account::default());
    slot.read(leaf, &mut account).unwrap();
    account.balance /= 2;
    account.use_nonce(9);
    slot.write(leaf, &account);
    let terms = Terms { lane: 9, ..world.terms(0) };
    world.mempool.settle(&[9; 32], &terms, None, true);
    world.mempool.end_block(1, &world.state).unwrap();
    assert_eq!(inside(&world), [(1, 0, 2), (1, 1, 2)]);
}

/// Who would go, worked out anew by looking at everybody.
fn victim(mempool: &Mempool) -> Option<Victim> {
    let lanes = mempool.senders.iter().flat_map(|(_, sender)| sender.lanes.iter());
    lanes
        .filter_map(|(_, lane)| {
            let waiting: Vec<_> = lane.waiting.iter().collect();
            let (_, at) = waiting.last()?;
            let last = mempool.entries.get(*at)?;
            let free = |at: u32| !mempool.entries.get(at).unwrap().reserved;
            // The first that is free and follows those on their way without a gap.
            let head = waiting.iter().find(|(nonce, at)| *nonce == lane.next && free(*at));
            let worth = head.and_then(|(_, at)| {
                let terms = mempool.entries.get(*at)?.terms;
                let tip = terms.price(mempool.ready.base_fee).checked_sub(mempool.ready.base_fee);
                tip.filter(|_| terms.max_fee >= mempool.ready.base_fee)
            });
            let victim = Victim { worth: Reverse(worth), number: last.number, entry: *at };
            (!last.reserved).then_some(victim)
        })
        .max()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_worst_is_known_whatever_comes_and_goes(
        steps in prop::collection::vec((1u8..6, 0u32..2, 0u64..5, 2u64..40, 0u8..8), 1..80)
    ) {
        let mut world = full(5, 6);
        for (person, lane, nonce, max_fee, then) in steps {
            let body = TransactionBody { max_fee, tip: max_fee / 2, ..world.body(lane, nonce) };
            let worst = victim(&world.mempool).map(|one| one.number);
            let sender = world.mempool.find_sender(&public_key_of(&seed(person)));
            let old = sender.and_then(|at| world.mempool.senders.get(at)?.entry(lane, nonce));
            let needs_room = world.mempool.len() == 6 && old.is_none();
            let code = world.offer(person, &body);
            prop_assert!(world.mempool.len() <= 6);
            if needs_room && code == OK {
                let stays = world.mempool.entries.iter().any(|(_, one)| Some(one.number) == worst);
                prop_assert!(worst.is_some() && !stays);
            }
            match then {
                0 => drop(world.assemble(1 << 20, 2)),
                1 => {
                    let payload = world.assemble(1 << 20, 3);
                    world.mempool.release(&payload, &world.genesis.hash);
                }
                2 => {
                    let entry = world.mempool.entries.iter().next().map(|(_, entry)| entry.terms);
                    if let Some(terms) = entry {
                        let nonce = world.use_nonce_of(&terms.sender, terms.lane);
                        world.mempool.settle(&[9; 32], &Terms { nonce, ..terms }, None, true);
                    }
                }
                3 => world.base_fee = 1 + max_fee / 3,
                4 => {
                    let entry = world.mempool.entries.iter().nth(1).map(|(_, entry)| (entry.id, entry.terms));
                    if let Some((id, terms)) = entry {
                        world.mempool.settle(&id, &terms, Some(ErrorCode::InsufficientBalance), false);
                    }
                }
                _ => {}
            }
            world.mempool.set_base_fee(world.base_fee);
            let expected = victim(&world.mempool);
            prop_assert_eq!(world.mempool.worst(), expected);
            takeable::check_takeable(&world);
            // A plan that is given up changes nothing.
            let count = world.mempool.len();
            let mut plan = Plan::default();
            for _ in 0..4 {
                let mempool = &mut world.mempool;
                mempool.plan_room(&mut plan, Some(30), 200, None);
            }
            world.mempool.give_up(plan);
            prop_assert_eq!((world.mempool.len(), world.mempool.worst()), (count, expected));
            prop_assert!(!world.mempool.entries.iter().any(|(_, one)| one.is_doomed));
        }
    }
}
