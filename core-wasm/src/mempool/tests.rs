mod at_once;
mod eviction;
mod forwarding;
mod takeable;

use super::*;
use crate::address::Address;
use crate::batch::Payload;
use crate::buckets::BucketSet;
use crate::ed25519::public_key_of;
use crate::genesis::tests::{genesis, parameters};
use crate::genesis::Genesis;
use crate::ledger::account::{Account, LANES_MAX};
use crate::ledger::Rules;
use crate::proto::{action, Action, ErrorCode, Parameters, TransactionBody, Transfer};
use crate::state::State;
use crate::transaction::{chain_tag, id, sign, Envelope};
use proptest::prelude::*;
use prost::Message;

const BALANCE: u64 = 100_000_000;

/// A mempool over a state in which people 1, 2, 3 … have money.
struct World {
    mempool: Mempool,
    state: State,
    genesis: Genesis,
    parameters: Parameters,
    height: u64,
    base_fee: u64,
}

fn seed(person: u8) -> [u8; 32] {
    [person; 32]
}

impl World {
    fn new(people: u8) -> World {
        let accounts: Vec<_> =
            (1..=people).map(|one| (public_key_of(&seed(one)), BALANCE)).collect();
        let genesis = Genesis::parse(&genesis(&accounts).encode_to_vec()).unwrap();
        let all: Vec<u8> = (0..=255).collect();
        let state = State::genesis(&genesis, &all).unwrap();
        World {
            mempool: Mempool::default(),
            state,
            genesis,
            parameters: parameters(),
            height: 1,
            base_fee: 2,
        }
    }

    fn body(&self, lane: u32, nonce: u64) -> TransactionBody {
        let transfer = Transfer { to: vec![7; 32], amount: 10 };
        TransactionBody {
            chain_tag: chain_tag(&self.genesis.hash),
            lane,
            nonce,
            valid_until: 100,
            gas_limit: 5_000,
            max_fee: 10,
            tip: 2,
            actions: vec![Action { kind: Some(action::Kind::Transfer(transfer)) }],
            ..TransactionBody::default()
        }
    }

    fn signed(&self, person: u8, body: &TransactionBody) -> Vec<u8> {
        sign(&seed(person), &self.genesis.hash, body)
    }

    fn submit(&mut self, envelopes: &[u8]) -> Vec<u32> {
        let rules =
            Rules { parameters: &self.parameters, base_fee: self.base_fee, height: self.height };
        let answers =
            self.mempool.submit(envelopes, &self.state, &self.genesis.hash, &rules).unwrap();
        answers.iter().map(|answer| answer.code).collect()
    }

    fn offer(&mut self, person: u8, body: &TransactionBody) -> u32 {
        let envelope = self.signed(person, body);
        self.submit(&envelope)[0]
    }

    fn assemble(&mut self, bytes: usize, transactions: usize) -> Vec<u8> {
        self.assemble_from(bytes, transactions, &BucketSet::ALL)
    }

    fn assemble_from(&mut self, bytes: usize, transactions: usize, own: &BucketSet) -> Vec<u8> {
        let rules =
            Rules { parameters: &self.parameters, base_fee: self.base_fee, height: self.height };
        let room = Room { bytes, transactions };
        let simple = super::simple::assemble(&self.mempool, room, &self.state, own, &rules);
        let payload = self.mempool.assemble(room, own, &rules).payload;
        assert_eq!(payload, simple);
        payload
    }

    fn is_ready(&self) -> bool {
        self.mempool.is_ready(&BucketSet::ALL)
    }

    fn terms_of(&self, sender: &Address, lane: u32, nonce: u64) -> Terms {
        let sender = self.mempool.find_sender(sender).unwrap();
        self.terms(self.mempool.senders.get(sender).unwrap().entry(lane, nonce).unwrap())
    }

    /// Of an entry.
    fn terms(&self, at: u32) -> Terms {
        self.mempool.entries.get(at).unwrap().terms
    }

    /// Counts a lane of somebody up, as a block would.
    fn use_nonce(&mut self, person: u8, lane: u32) {
        self.use_nonce_of(&public_key_of(&seed(person)), lane);
    }

    /// Gives the nonce that it was.
    fn use_nonce_of(&mut self, address: &Address, lane: u32) -> u64 {
        let slot = self.state.slot_mut(crate::address::slot_of(address)).unwrap();
        let (leaf, mut account) = (slot.find(address).unwrap().unwrap(), Account::default());
        slot.read(leaf, &mut account).unwrap();
        let nonce = account.nonce(lane);
        account.use_nonce(lane);
        slot.write(leaf, &account);
        nonce
    }
}

/// Sender and body of each transaction, in payload order.
fn contents(payload: &[u8]) -> Vec<(Address, TransactionBody)> {
    if payload.is_empty() {
        return Vec::new();
    }
    let envelopes = Payload::parse(payload).unwrap().envelopes().map(Result::unwrap);
    envelopes.map(|one| (*one.sender(), TransactionBody::decode(one.body()).unwrap())).collect()
}

const OK: u32 = 0;

fn code(code: ErrorCode) -> u32 {
    code as u32
}

#[test]
fn each_reason_to_refuse_has_its_code() {
    let mut world = World::new(1);
    world.use_nonce(1, 0);
    let right = world.body(0, 1);
    let cases: Vec<(ErrorCode, TransactionBody)> = vec![
        (ErrorCode::WrongChain, TransactionBody { chain_tag: 1, ..right.clone() }),
        (ErrorCode::NonceUsed, TransactionBody { nonce: 0, ..right.clone() }),
        (ErrorCode::NonceTooFar, TransactionBody { nonce: 1 + NONCE_WINDOW, ..right.clone() }),
        (ErrorCode::FeeTooLow, TransactionBody { max_fee: 1, tip: 0, ..right.clone() }),
        (ErrorCode::ValidityTooLong, TransactionBody { valid_until: 1_002, ..right.clone() }),
        (ErrorCode::GasLimitTooLow, TransactionBody { gas_limit: 9, ..right.clone() }),
        (ErrorCode::GasLimitTooHigh, TransactionBody { gas_limit: 1 << 40, ..right.clone() }),
        (ErrorCode::InsufficientBalance, TransactionBody { max_fee: 20_001, ..right.clone() }),
        (ErrorCode::MemoTooLong, TransactionBody { memo: vec![0; 257], ..right.clone() }),
    ];
    for (expected, body) in cases {
        assert_eq!(world.offer(1, &body), code(expected), "{expected:?}");
    }
    world.height = 101;
    assert_eq!(world.offer(1, &right), code(ErrorCode::Expired));
    world.height = 1;
    assert_eq!(world.offer(9, &world.body(0, 0)), code(ErrorCode::InsufficientBalance));
    let mut forged = world.signed(1, &right);
    forged[50] ^= 1;
    assert_eq!(world.submit(&forged), [code(ErrorCode::SignatureInvalid)]);
    assert!(world.mempool.is_empty());
    assert_eq!(world.offer(1, &right), OK);
    assert_eq!(world.offer(1, &right), code(ErrorCode::DuplicateTransaction));
    assert_eq!(world.mempool.len(), 1);
}

#[test]
fn a_bad_transaction_does_not_hurt_its_neighbours() {
    let mut world = World::new(12);
    let mut envelopes: Vec<_> = (1..=12).map(|one| world.signed(one, &world.body(0, 0))).collect();
    envelopes[4][40] ^= 1;
    let twice = envelopes[0].clone();
    envelopes.push(twice);
    let mut bytes = envelopes.concat();
    bytes.extend([1, 2, 3]);
    let codes = world.submit(&bytes);
    let mut expected = vec![OK; 12];
    expected[4] = code(ErrorCode::SignatureInvalid);
    expected.extend([code(ErrorCode::DuplicateTransaction), code(ErrorCode::TransactionMalformed)]);
    assert_eq!(codes, expected);
    assert_eq!(world.mempool.len(), 11);
}

#[test]
fn after_many_bad_signatures_the_rest_of_a_submission_is_not_looked_at() {
    let mut world = World::new(1);
    let good: Vec<Vec<u8>> =
        (1..=100).map(|nonce| world.signed(1, &world.body(0, nonce))).collect();
    let mut spoiled = good.concat();
    let length = good[0].len();
    for at in (4..100).step_by(2) {
        spoiled[at * length + 70] ^= 1;
    }
    let answers = world.submit(&spoiled);
    let last = 4 + 2 * (UNSIGNED_MAX - 1);
    for (at, answer) in answers.into_iter().enumerate() {
        let expected = match at {
            at if at > last => code(ErrorCode::RpcBusy),
            at if at >= 4 && at % 2 == 0 => code(ErrorCode::SignatureInvalid),
            _ => 0,
        };
        assert_eq!(answer, expected, "{at}");
    }
    // Sent again without them, it is.
    assert_eq!(world.submit(&good[99]), [0]);
}

#[test]
fn other_shards_senders_are_not_ours() {
    let mut world = World::new(1);
    world.state = State::genesis(&world.genesis, &[]).unwrap();
    assert_eq!(world.offer(1, &world.body(0, 0)), NOT_OWNED);
}

#[test]
fn a_replacement_costs_a_tenth_more_and_takes_the_place() {
    let mut world = World::new(1);
    let old = world.body(0, 0);
    assert_eq!(world.offer(1, &old), OK);
    let underpriced = code(ErrorCode::UnderpricedReplacement);
    let priced = |max_fee, tip| TransactionBody { max_fee, tip, ..old.clone() };
    assert_eq!(world.offer(1, &priced(10, 3)), underpriced);
    assert_eq!(world.offer(1, &priced(11, 2)), underpriced);
    assert_eq!(world.offer(1, &priced(11, 3)), OK);
    assert_eq!(world.mempool.len(), 1);
    let payload = world.assemble(1 << 20, 10);
    assert_eq!(contents(&payload)[0].1.max_fee, 11);
    // What is on its way cannot be replaced.
    assert_eq!(world.offer(1, &priced(100, 30)), underpriced);
}

#[test]
fn all_that_waits_of_a_sender_is_covered_by_the_balance() {
    let mut world = World::new(1);
    let half =
        |nonce| TransactionBody { gas_limit: 10_000, max_fee: 4_000, ..world.body(0, nonce) };
    let bodies: Vec<_> = (0..3).map(half).collect();
    let codes: Vec<_> = bodies.iter().map(|body| world.offer(1, body)).collect();
    assert_eq!(codes, [OK, OK, code(ErrorCode::InsufficientBalance)]);
    let id = id(&world.genesis.hash, &public_key_of(&seed(1)), &bodies[0].encode_to_vec());
    let entry = world.mempool.find(&id).unwrap();
    world.mempool.remove(entry);
    assert_eq!(world.offer(1, &bodies[2]), OK);
}

#[test]
fn bounds_hold_for_all_together_and_for_each_sender() {
    let mut world = World::new(3);
    *world.mempool.limits_mut() =
        Limits { transactions_max: 3, bytes_max: 10_000, sender_transactions_max: 2 };
    let codes: Vec<_> = (0..3).map(|nonce| world.offer(1, &world.body(0, nonce))).collect();
    assert_eq!(codes, [OK, OK, code(ErrorCode::SenderQuota)]);
    assert_eq!(world.offer(2, &world.body(0, 0)), OK);
    assert_eq!(world.offer(3, &world.body(0, 0)), code(ErrorCode::MempoolFull));
    // A replacement needs no room of its own.
    let better = TransactionBody { max_fee: 20, tip: 5, ..world.body(0, 0) };
    assert_eq!(world.offer(2, &better), OK);
    world.mempool.limits_mut().transactions_max = 100;
    world.mempool.limits_mut().bytes_max = world.mempool.bytes() + 10;
    assert_eq!(world.offer(3, &world.body(0, 0)), code(ErrorCode::MempoolFull));
}

#[test]
fn waiting_lanes_count_as_lanes() {
    let mut world = World::new(1);
    let cheap = |world: &World, lane| TransactionBody { max_fee: 3, tip: 0, ..world.body(lane, 0) };
    for lane in 0..LANES_MAX as u32 {
        assert_eq!(world.offer(1, &cheap(&world, lane)), OK);
    }
    assert_eq!(world.offer(1, &cheap(&world, 1_000)), code(ErrorCode::TooManyLanes));
    assert_eq!(world.offer(1, &TransactionBody { nonce: 1, ..cheap(&world, 3) }), OK);
}

#[test]
fn the_best_payers_leave_first_and_each_lane_in_order() {
    let mut world = World::new(3);
    let paid = |world: &World, nonce, tip| TransactionBody { tip, ..world.body(0, nonce) };
    for (person, nonce, tip) in [(1, 1, 8), (1, 0, 1), (2, 0, 3), (3, 0, 2)] {
        let body = paid(&world, nonce, tip);
        assert_eq!(world.offer(person, &body), OK);
    }
    let tips = |payload: &[u8]| {
        let mut tips: Vec<_> = contents(payload).iter().map(|(_, body)| body.tip).collect();
        tips.sort();
        tips
    };
    // 3 beats 2 beats 1; behind the 1 its lane's 8 is next, as there is no better.
    let first = world.assemble(1 << 20, 2);
    assert_eq!(tips(&first), [2, 3]);
    assert_eq!(tips(&world.assemble(1 << 20, 1)), [1]);
    assert_eq!(tips(&world.assemble(1 << 20, 1)), [8]);
    assert!(world.assemble(1 << 20, 9).is_empty() && !world.is_ready());
    world.mempool.release(&first, &world.genesis.hash);
    assert!(world.is_ready());
    assert_eq!(tips(&world.assemble(1 << 20, 9)), [2, 3]);
}

#[test]
fn what_is_behind_a_gap_waits_and_is_not_ready() {
    let mut world = World::new(1);
    assert_eq!(world.offer(1, &world.body(0, 1)), OK);
    assert!(!world.is_ready() && world.assemble(1 << 20, 9).is_empty());
    assert_eq!(world.offer(1, &world.body(0, 0)), OK);
    assert!(world.is_ready());
    assert_eq!(contents(&world.assemble(1 << 20, 9)).len(), 2);
    assert!(!world.is_ready());
    // Behind those on their way the lane goes on.
    assert_eq!(world.offer(1, &world.body(0, 2)), OK);
    assert!(world.is_ready());
    assert_eq!(contents(&world.assemble(1 << 20, 9))[0].1.nonce, 2);
}

#[test]
fn a_gap_that_others_fill_is_noticed_after_the_block() {
    let mut world = World::new(1);
    assert_eq!(world.offer(1, &world.body(0, 1)), OK);
    assert!(!world.is_ready());
    let terms = Terms { nonce: 0, ..world.terms(0) };
    world.use_nonce(1, 0);
    world.mempool.settle(&[9; 32], &terms, None, true);
    assert!(world.is_ready());
}

#[test]
fn a_payload_keeps_to_bytes_and_gas() {
    let mut world = World::new(20);
    for person in 1..=20 {
        assert_eq!(world.offer(person, &world.body(0, 0)), OK);
    }
    let one = world.signed(1, &world.body(0, 0)).len();
    let payload = world.assemble(5 * one, 100);
    assert!((4 * one..=5 * one).contains(&payload.len()));
    let gas = crate::ledger::gas_of(&world.parameters, one, 1);
    world.parameters.block_gas_max = 3 * gas + gas / 2;
    assert_eq!(contents(&world.assemble(1 << 20, 100)).len(), 3);
    world.parameters.slot_gas_max = gas - 1;
    assert!(world.assemble(1 << 20, 100).is_empty());
}

#[test]
fn blocks_remove_what_they_used_and_give_back_what_they_had_no_room_for() {
    let mut world = World::new(2);
    let bodies: Vec<_> = (0..3).map(|nonce| world.body(0, nonce)).collect();
    for body in &bodies {
        assert_eq!(world.offer(1, body), OK);
    }
    let sender = public_key_of(&seed(1));
    let payload = world.assemble(1 << 20, 2);
    let parts: Vec<_> = Payload::parse(&payload)
        .unwrap()
        .envelopes()
        .map(|one| {
            let one: Envelope<'_> = one.unwrap();
            let id = one.id(&world.genesis.hash);
            let entry = world.mempool.find(&id).unwrap();
            (id, world.mempool.entries.get(entry).unwrap().terms)
        })
        .collect();
    world.mempool.settle(&parts[0].0, &parts[0].1, None, true);
    world.mempool.settle(&parts[1].0, &parts[1].1, Some(ErrorCode::SlotFull), false);
    world.use_nonce(1, 0);
    assert_eq!(world.mempool.len(), 2);
    let nonces =
        |payload: &[u8]| contents(payload).iter().map(|(_, body)| body.nonce).collect::<Vec<_>>();
    let again = world.assemble(1 << 20, 9);
    assert_eq!(nonces(&again), [1, 2]);
    // Somebody else's block took the nonce of another transaction of the sender.
    let mut other = parts[1].1;
    other.max_fee += 1;
    world.mempool.settle(&[9; 32], &other, None, true);
    assert_eq!(world.mempool.len(), 1);
    // A rejected one goes.
    let last = id(&world.genesis.hash, &sender, &bodies[2].encode_to_vec());
    world.mempool.settle(&last, &parts[1].1, Some(ErrorCode::InsufficientBalance), false);
    assert!(world.mempool.is_empty() && world.mempool.bytes() == 0);
    assert!(world.mempool.by_address.len() == 0 && world.mempool.expiring().is_empty());
}

#[test]
fn what_no_later_block_can_take_is_dropped() {
    let mut world = World::new(2);
    let until = |world: &World, valid_until| TransactionBody { valid_until, ..world.body(0, 0) };
    for (person, height) in [(1, 10), (2, 11)] {
        let body = until(&world, height);
        assert_eq!(world.offer(person, &body), OK);
    }
    world.mempool.expire(9);
    assert_eq!(world.mempool.len(), 2);
    world.mempool.expire(10);
    assert_eq!(world.mempool.len(), 1);
    world.mempool.expire(u64::MAX);
    assert!(world.mempool.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn books_balance_whatever_comes_and_goes(
        steps in prop::collection::vec((1u8..4, 0u32..3, 0u64..4, 2u64..40, 0u8..14), 1..40)
    ) {
        let mut world = World::new(3);
        let mut is_forwarded = false;
        for (person, lane, nonce, max_fee, then) in steps {
            let valid_until = u64::from(then) * 3 + 10;
            let body = TransactionBody { max_fee, tip: max_fee / 2, valid_until, ..world.body(lane, nonce) };
            world.offer(person, &body);
            match then {
                0 => drop(world.assemble(1 << 20, 2)),
                1 => {
                    let payload = world.assemble(1 << 20, 3);
                    world.mempool.release(&payload, &world.genesis.hash);
                }
                2..=5 => {
                    let mut entries = world.mempool.entries.iter();
                    let entry = entries.nth(usize::from(then - 2)).map(|(_, entry)| (entry.id, entry.terms));
                    drop(entries);
                    if let Some((id, terms)) = entry {
                        match nonce {
                            // Whatever had the account's nonce was executed.
                            0 | 1 => {
                                let nonce = world.use_nonce_of(&terms.sender, terms.lane);
                                world.mempool.settle(&[9; 32], &Terms { nonce, ..terms }, None, true);
                            }
                            2 => world.mempool.settle(&id, &terms, Some(ErrorCode::NonceTooFar), false),
                            _ => world.mempool.settle(&id, &terms, Some(ErrorCode::InsufficientBalance), false),
                        }
                    }
                }
                6 => {
                    let halves = [BucketSet([0x55; 32]), BucketSet([0xaa; 32])];
                    drop(world.assemble_from(1 << 20, 2, &halves[lane as usize % 2]));
                }
                7 => {
                    world.base_fee = max_fee / 4;
                    drop(world.assemble(1 << 20, 1));
                }
                8 => world.mempool.expire(max_fee),
                9 => drop(world.assemble(300, 5)),
                10 => {
                    let all = BucketSet::ALL;
                    is_forwarded |= !world.mempool.forward(max_fee, &all, &all, 500).is_empty();
                }
                11 => world.mempool.lull(),
                _ => {}
            }
            let mempool = &world.mempool;
            let (mut bytes, mut count) = (0, 0);
            let expiring = mempool.expiring();
            for (at, entry) in mempool.entries.iter() {
                bytes += entry.envelope.len();
                count += 1;
                prop_assert_eq!(mempool.find(&entry.id), Some(at));
                let sender = mempool.senders.get(entry.sender).unwrap();
                prop_assert_eq!(sender.address, entry.terms.sender);
                prop_assert_eq!(sender.entry(entry.terms.lane, entry.terms.nonce), Some(at));
                prop_assert!(expiring.contains(&(entry.terms.valid_until, at)));
            }
            forwarding::check_resting(mempool);
            takeable::check_takeable(&world);
            prop_assert_eq!((bytes, count), (mempool.bytes(), mempool.len()));
            prop_assert_eq!(expiring.len(), count);
            for (_, sender) in mempool.senders.iter() {
                let queued: Vec<u32> =
                    sender.lanes.iter().flat_map(|(_, lane)| lane.waiting.iter().map(|(_, at)| *at)).collect();
                let cost: u64 =
                    queued.iter().map(|at| mempool.entries.get(*at).unwrap().terms.cost_max()).sum();
                prop_assert_eq!((sender.count, sender.cost), (queued.len(), cost));
                prop_assert!(cost <= BALANCE && !sender.lanes.iter().any(|(_, lane)| lane.waiting.is_empty()));
            }
        }
        // `is_ready` says beforehand whether there will be something.
        let ready = world.is_ready();
        let payload = world.assemble(1 << 20, 99);
        prop_assert!(ready != payload.is_empty() || ready && is_forwarded);
        prop_assert!(!world.is_ready() || is_forwarded);
    }
}
