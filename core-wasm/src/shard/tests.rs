use super::*;
use crate::batch::{self, PayloadBuilder};
use crate::genesis::tests::{genesis, parameters};
use crate::hash::Hash;
use crate::ledger::gas_of;
use crate::proof::verify_account;
use crate::proto::{action, Action, Header, Parameters, Receipt, TransactionBody, Transfer};
use crate::state::SLOTS;
use crate::transaction;
use proptest::prelude::*;
use prost::Message;
use std::collections::BTreeMap;

/// People `0..` of the tests, in many slots.
fn person(number: u8) -> Address {
    *blake3::hash(&[number]).as_bytes()
}

fn body(
    genesis_hash: &Hash,
    lane: u32,
    nonce: u64,
    transfers: &[(Address, u64)],
) -> TransactionBody {
    let transfer = |(to, amount): &(Address, u64)| Action {
        kind: Some(action::Kind::Transfer(Transfer { to: to.to_vec(), amount: *amount })),
    };
    TransactionBody {
        chain_tag: chain_tag(genesis_hash),
        lane,
        nonce,
        valid_until: 100,
        gas_limit: 20_000,
        max_fee: 5,
        tip: 1,
        actions: transfers.iter().map(transfer).collect(),
        ..TransactionBody::default()
    }
}

/// Execution trusts signatures: they were checked before the vote.
fn unsigned(sender: &Address, body: &TransactionBody) -> Vec<u8> {
    transaction::encode(sender, &[0; 64], &body.encode_to_vec())
}

fn batch_of(genesis_hash: &Hash, envelopes: &[Vec<u8>]) -> Vec<u8> {
    let mut payload = PayloadBuilder::new();
    for envelope in envelopes {
        let sender: &Address = envelope.first_chunk().unwrap();
        payload.push(slot_of(sender), envelope);
    }
    let payload = payload.finish();
    let author = crate::ed25519::public_key_of(&[9; 32]);
    let header = batch::header_of(genesis_hash, &author, 1, 100, &payload).unwrap();
    let digest = batch::digest(&header.encode_to_vec());
    let signature = crate::ed25519::sign_with(&[9; 32], &batch::sign_bytes(genesis_hash, &digest));
    batch::encode(header, &signature, payload)
}

fn header(height: u64) -> Vec<u8> {
    let hash = || vec![0; 32];
    let header = Header {
        protocol_version: 1,
        chain_id: "test-1".into(),
        height,
        parent: hash(),
        proposer: hash(),
        validators_hash: hash(),
        next_validators_hash: hash(),
        parameters_hash: hash(),
        last_certificate_hash: hash(),
        evidence_hash: hash(),
        batch_root: hash(),
        state_root: hash(),
        receipts_root: hash(),
        messages_root: hash(),
        base_fee: 2,
        ..Header::default()
    };
    header.encode_to_vec()
}

fn joined(batches: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    batches.iter().for_each(|batch| put_sized(&mut bytes, batch));
    bytes
}

/// A chain on some number of shards, which own slots in turn.
struct Chain {
    genesis: Genesis,
    shards: Vec<Shard>,
    coordinator: Coordinator,
    height: u64,
}

fn owners(shards: usize) -> Vec<u8> {
    (0..SLOTS).map(|slot| (slot * 5 % shards) as u8).collect()
}

fn owned(shards: usize, shard: usize) -> Vec<u8> {
    let owners = owners(shards);
    (0..=255u8).filter(|slot| usize::from(owners[usize::from(*slot)]) == shard).collect()
}

fn borrowed(tables: &[Vec<u8>]) -> Vec<&[u8]> {
    tables.iter().map(Vec::as_slice).collect()
}

impl Chain {
    fn new(shards: usize, parameters: Parameters, accounts: &[(Address, u64)]) -> Chain {
        let mut encoded = genesis(accounts);
        encoded.parameters = Some(parameters);
        let genesis = Genesis::parse(&encoded.encode_to_vec()).unwrap();
        let all = (0..shards)
            .map(|at| Shard::new(genesis.clone(), &owned(shards, at)).unwrap())
            .collect();
        Chain::of(genesis, all, 0)
    }

    fn of(genesis: Genesis, mut shards: Vec<Shard>, height: u64) -> Chain {
        let mut coordinator = Coordinator::new(genesis.clone(), &owners(shards.len())).unwrap();
        let roots: Vec<_> = shards.iter_mut().map(Shard::slot_roots).collect();
        coordinator.start(&borrowed(&roots)).unwrap();
        Chain { genesis, shards, coordinator, height }
    }

    fn people(shards: usize, count: u8, balance: u64) -> Chain {
        let accounts: Vec<_> = (0..count).map(|number| (person(number), balance)).collect();
        Chain::new(shards, parameters(), &accounts)
    }

    fn execute(&mut self, batches: &[Vec<u8>]) -> CoreResult<BlockResult> {
        self.execute_losing(batches, false)
    }

    fn execute_losing(&mut self, batches: &[Vec<u8>], lose: bool) -> CoreResult<BlockResult> {
        let (header, batches) = (header(self.height + 1), joined(batches));
        let each =
            |shards: &mut Vec<Shard>,
             call: &mut dyn FnMut(usize, &mut Shard) -> CoreResult<Vec<u8>>| {
                shards
                    .iter_mut()
                    .enumerate()
                    .map(|(at, shard)| call(at, shard))
                    .collect::<CoreResult<Vec<_>>>()
            };
        let tables = each(&mut self.shards, &mut |_, shard| shard.begin_block(&header, &batches))?;
        let before = self.coordinator.begin(&borrowed(&tables))?;
        let mut outboxes = each(&mut self.shards, &mut |_, shard| shard.run(&before))?;
        while let Some(inboxes) = self.coordinator.route(&borrowed(&outboxes))? {
            if lose {
                break;
            }
            outboxes = each(&mut self.shards, &mut |at, shard| shard.deliver(&inboxes[at]))?;
        }
        let fees = self.shards.iter().map(|shard| shard.fees().unwrap()).sum();
        let ends = each(&mut self.shards, &mut |_, shard| shard.end_block(fees))?;
        self.height += 1;
        self.coordinator.finish(&borrowed(&ends))
    }

    fn shard_of(&mut self, address: &Address) -> &mut Shard {
        let count = self.shards.len();
        &mut self.shards[usize::from(owners(count)[usize::from(slot_of(address))])]
    }

    fn account(&mut self, address: &Address) -> Account {
        let shard = self.shard_of(address);
        shard
            .account(address)
            .unwrap()
            .map_or(Account::default(), |bytes| Account::decode(bytes).unwrap())
    }

    fn hash(&self) -> Hash {
        self.genesis.hash
    }
}

fn receipts(result: &BlockResult) -> Vec<Receipt> {
    let mut reader = Reader(&result.receipts);
    let mut receipts = Vec::new();
    while !reader.is_empty() {
        receipts.push(Receipt::decode(reader.sized().unwrap()).unwrap());
    }
    let ids: Vec<u8> = receipts.iter().flat_map(|receipt| receipt.transaction_id.clone()).collect();
    assert_eq!(ids, result.transaction_ids);
    receipts
}

fn codes(result: &BlockResult) -> Vec<u32> {
    receipts(result).iter().map(|receipt| receipt.code).collect()
}

/// A chain of one shard runs one block with one batch of these transactions of
/// person 0.
fn run_one(chain: &mut Chain, bodies: &[TransactionBody]) -> Vec<Receipt> {
    let envelopes: Vec<_> = bodies.iter().map(|body| unsigned(&person(0), body)).collect();
    let batch = batch_of(&chain.hash(), &envelopes);
    receipts(&chain.execute(&[batch]).unwrap())
}

#[test]
fn a_transfer_moves_money_and_pays_its_fee() {
    let mut chain = Chain::people(1, 2, 1_000_000);
    let transfer = body(&chain.hash(), 3, 0, &[(person(1), 700), (person(9), 11)]);
    let envelope = unsigned(&person(0), &transfer);
    let gas = gas_of(&parameters(), envelope.len(), 2);
    let receipt = run_one(&mut chain, &[transfer]).remove(0);
    // The price is base fee plus tip: 2 + 1.
    assert_eq!((receipt.code, receipt.gas_used, receipt.fee), (0, gas, gas * 3));
    assert_eq!(chain.account(&person(0)).balance, 1_000_000 - 711 - gas * 3);
    assert_eq!(chain.account(&person(0)).nonce(3), 1);
    assert_eq!(chain.account(&person(1)).balance, 1_000_700);
    assert_eq!(chain.account(&person(9)).balance, 11);
    assert_eq!(chain.account(&system_account(FEES)).balance, gas * 3);
    assert_eq!(receipt.messages_root.len(), 32);
}

#[test]
fn what_is_received_in_a_block_is_spent_in_the_next() {
    let mut chain = Chain::people(1, 1, 1_000_000_000);
    let hash = chain.hash();
    let give = unsigned(&person(0), &body(&hash, 0, 0, &[(person(50), 500_000)]));
    let spend = unsigned(&person(50), &body(&hash, 0, 0, &[(person(0), 1)]));
    let batches = [batch_of(&hash, &[give]), batch_of(&hash, std::slice::from_ref(&spend))];
    let insufficient = ErrorCode::InsufficientBalance as u32;
    assert_eq!(codes(&chain.execute(&batches).unwrap()), [0, insufficient]);
    assert_eq!(codes(&chain.execute(&[batch_of(&hash, &[spend])]).unwrap()), [0]);
}

#[test]
fn actions_that_cannot_all_be_paid_fail_together_and_are_charged() {
    let mut chain = Chain::people(1, 1, 200_000);
    let hash = chain.hash();
    let receipt =
        run_one(&mut chain, &[body(&hash, 0, 0, &[(person(1), 60_000), (person(2), 60_000)])])
            .remove(0);
    assert_eq!((receipt.code, receipt.charged), (ErrorCode::InsufficientBalance as u32, true));
    assert!(receipt.fee > 0 && receipt.messages_root.is_empty());
    assert_eq!(chain.account(&person(0)).balance, 200_000 - receipt.fee);
    assert_eq!(chain.account(&person(0)).nonce(0), 1);
    assert_eq!(chain.account(&person(1)).balance, 0);
}

#[test]
fn a_rejected_transaction_leaves_no_trace() {
    let mut chain = Chain::people(1, 1, 200_000);
    let hash = chain.hash();
    let root = chain.coordinator.state_root();
    let right = body(&hash, 0, 0, &[(person(1), 1)]);
    let cases = [
        (ErrorCode::NonceTooFar, TransactionBody { nonce: 1, ..right.clone() }),
        (ErrorCode::InsufficientBalance, TransactionBody { max_fee: 11, ..right.clone() }),
        (ErrorCode::Expired, TransactionBody { valid_until: 0x01, ..right.clone() }),
        (ErrorCode::ValidityTooLong, TransactionBody { valid_until: 1_003, ..right.clone() }),
        (ErrorCode::GasLimitTooLow, TransactionBody { gas_limit: 100, ..right.clone() }),
        (
            ErrorCode::GasLimitTooHigh,
            TransactionBody { gas_limit: 100_000_001, max_fee: 5, ..right.clone() },
        ),
        (ErrorCode::FeeTooLow, TransactionBody { max_fee: 1, ..right.clone() }),
    ];
    chain.execute(&[]).unwrap();
    let bodies: Vec<_> = cases.iter().map(|(_, body)| body.clone()).collect();
    for ((code, _), receipt) in cases.iter().zip(run_one(&mut chain, &bodies)) {
        assert_eq!(receipt.code, *code as u32, "{code:?}");
        assert_eq!((receipt.charged, receipt.gas_used, receipt.fee), (false, 0, 0));
    }
    assert_eq!(chain.coordinator.state_root(), root);
    // And the nonce is free still; used once, it is used.
    let codes: Vec<_> =
        run_one(&mut chain, std::slice::from_ref(&right)).iter().map(|r| r.code).collect();
    assert_eq!(codes, [0]);
    assert_eq!(run_one(&mut chain, &[right])[0].code, ErrorCode::NonceUsed as u32);
}

#[test]
fn a_lane_runs_in_nonce_order_whatever_batch_carries_it() {
    let mut chain = Chain::people(1, 1, 1_000_000_000);
    let hash = chain.hash();
    let envelope = |nonce| unsigned(&person(0), &body(&hash, 0, nonce, &[(person(1), nonce + 1)]));
    let batches = [
        batch_of(&hash, &[envelope(2), envelope(0)]),
        batch_of(&hash, &[envelope(3), envelope(1)]),
    ];
    assert_eq!(codes(&chain.execute(&batches).unwrap()), [0, 0, 0, 0]);
    assert_eq!(chain.account(&person(0)).nonce(0), 4);
}

/// How many of twice 16 transactions of two slots run, and what one uses.
fn run_under(slot_gas_max: u64, block_gas_max: u64) -> (usize, usize, u64) {
    let parameters = Parameters { slot_gas_max, block_gas_max, ..parameters() };
    let mut chain = Chain::new(2, parameters, &[(person(0), 1 << 50), (person(1), 1 << 50)]);
    let hash = chain.hash();
    let memo = |nonce| TransactionBody {
        memo: vec![1; 256],
        gas_limit: 170_000,
        ..body(&hash, 1, nonce, &[(person(5), 1); 16])
    };
    let of = |number: u8| {
        (0..16).map(|nonce| unsigned(&person(number), &memo(nonce))).collect::<Vec<_>>()
    };
    let result = chain.execute(&[batch_of(&hash, &of(0)), batch_of(&hash, &of(1))]).unwrap();
    let receipts = receipts(&result);
    for receipt in &receipts {
        let full =
            receipt.code == ErrorCode::SlotFull as u32 && receipt.fee == 0 && !receipt.charged;
        let late = receipt.code == ErrorCode::NonceTooFar as u32;
        assert!(receipt.code == 0 || full || late);
    }
    assert!(result.gas_used <= block_gas_max);
    assert_eq!(result.gas_used, receipts.iter().map(|receipt| receipt.gas_used).sum::<u64>());
    let run = |receipts: &[Receipt]| receipts.iter().filter(|receipt| receipt.code == 0).count();
    (
        run(&receipts[..16]),
        run(&receipts[16..]),
        receipts.iter().map(|receipt| receipt.gas_used).max().unwrap(),
    )
}

#[test]
fn what_exceeds_the_gas_of_a_slot_or_block_is_not_charged() {
    let (first, second, one) = run_under(200_000, 1 << 40);
    assert_eq!((first, second), (10, 10));
    assert!((180_000..200_000).contains(&(10 * one)));
    // Of a block everybody's place counts, whether it is run in the end or not.
    assert_eq!(run_under(200_000, 18 * one), (10, 2, one));
    assert_eq!(run_under(400_000, 400_000), (16, 4, one));
}

#[test]
fn a_lost_message_is_noticed_in_the_same_block() {
    let mut chain = Chain::people(2, 1, 1_000_000);
    let hash = chain.hash();
    let batch = batch_of(&hash, &[unsigned(&person(0), &body(&hash, 0, 0, &[(person(1), 5)]))]);
    let error = chain.execute_losing(&[batch], true).unwrap_err();
    assert_eq!(error.code, ErrorCode::SupplyBroken);
}

#[test]
fn a_block_that_cannot_be_read_changes_nothing() {
    let mut chain = Chain::people(1, 1, 1_000_000);
    let hash = chain.hash();
    let batch = batch_of(&hash, &[unsigned(&person(0), &body(&hash, 0, 0, &[(person(1), 5)]))]);
    let shard = &mut chain.shards[0];
    let code = |outcome: CoreResult<Vec<u8>>| outcome.unwrap_err().code;
    assert_eq!(code(shard.begin_block(&header(2), &[])), ErrorCode::BlockMalformed);
    assert_eq!(code(shard.begin_block(&[], &[])), ErrorCode::BlockMalformed);
    for cut in [5, batch.len() - 1] {
        let short = joined(&[batch[..cut].to_vec()]);
        assert_eq!(code(shard.begin_block(&header(1), &short)), ErrorCode::BlockMalformed);
    }
    assert_eq!(code(shard.run(&[])), ErrorCode::BlockMalformed);
    let mut foreign = body(&hash, 0, 0, &[(person(1), 5)]);
    foreign.chain_tag ^= 1;
    let foreign = batch_of(&hash, &[unsigned(&person(0), &foreign)]);
    assert_eq!(code(shard.begin_block(&header(1), &joined(&[foreign]))), ErrorCode::BlockMalformed);
    assert_eq!(codes(&chain.execute(&[batch]).unwrap()), [0]);
}

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
    let check = |chain: &Chain, batch: &[u8], height: u64| {
        let shards = chain.shards.iter().map(|shard| shard.check_batch(batch));
        let mut checks =
            std::iter::once(chain.coordinator.check_batch(batch, height)).chain(shards);
        checks.find_map(Result::err).map(|fault| fault.code)
    };
    let right = batch_of(&hash, &signed);
    assert_eq!(check(&chain, &right, 1), None);
    assert_eq!(check(&chain, &right, 101), Some(ErrorCode::Expired));
    let mut forged = signed.clone();
    forged[7][40] ^= 1;
    let forged = batch_of(&hash, &forged);
    assert_eq!(check(&chain, &forged, 1), Some(ErrorCode::SignatureInvalid));
    // What the mempool verified is not verified again, unless it differs in a byte.
    for shard in &mut chain.shards {
        shard.submit(&signed.concat()).unwrap();
    }
    assert_eq!(chain.shards.iter().map(|shard| shard.mempool().len()).sum::<usize>(), 12);
    assert_eq!(check(&chain, &right, 1), None);
    assert_eq!(check(&chain, &forged, 1), Some(ErrorCode::SignatureInvalid));
    let mut tampered = right.clone();
    *tampered.last_mut().unwrap() ^= 1;
    assert_eq!(check(&chain, &tampered, 1), Some(ErrorCode::BatchMismatch));
    assert_eq!(check(&chain, &right[1..], 1), Some(ErrorCode::BatchMalformed));
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
    assert_eq!(other.check_batch(&right, 1).unwrap_err().code, ErrorCode::NotAuthorized);
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
    let payloads: Vec<_> =
        chain.shards.iter_mut().map(|shard| shard.assemble(1, room).unwrap()).collect();
    let draft = chain.coordinator.draft(&borrowed(&payloads)).unwrap();
    assert!(chain.shards.iter_mut().all(|shard| !shard.is_ready().unwrap()));
    chain.shards.iter_mut().for_each(|shard| shard.release(&draft[68..]));
    assert!(chain.shards.iter_mut().any(|shard| shard.is_ready().unwrap()));
    let author = crate::ed25519::public_key_of(&[9; 32]);
    let header = batch::header_of(&hash, &author, 1, 100, &draft[68..]).unwrap();
    assert_eq!(
        (&header.payload_hash[..], &header.transactions_root[..]),
        (&draft[..32], &draft[32..64])
    );
    assert_eq!(header.transaction_count.to_le_bytes(), draft[64..68]);
    let block = batch::encode(header, &[0; 64], draft[68..].to_vec());
    assert_eq!(codes(&chain.execute(&[block]).unwrap()), [0; 12]);
    assert!(chain.shards.iter().all(|shard| shard.mempool().is_empty()));
    assert!(chain.coordinator.draft(&[&[], &[]]).unwrap().is_empty());
}

/// What people do in a block: sender, lane, nonce ahead of the right one,
/// transfers, and a max fee.
type Deed = (u8, u32, u64, Vec<(u8, u64)>, u64);

fn deed() -> impl Strategy<Value = Deed> {
    let amount = prop_oneof![1u64..1_000, 1u64..400_000];
    let transfers = prop::collection::vec((0u8..14, amount), 1..4);
    let ahead = prop_oneof![8 => Just(0u64), 1 => Just(1), 1 => Just(2)];
    (0u8..10, 0u32..3, ahead, transfers, prop_oneof![9 => Just(5u64), 1 => Just(1), 1 => Just(400)])
}

fn blocks() -> impl Strategy<Value = Vec<Vec<Vec<Deed>>>> {
    prop::collection::vec(prop::collection::vec(prop::collection::vec(deed(), 1..14), 0..4), 1..4)
}

/// Envelopes of a block, with nonces that go on from the accounts'.
fn envelopes(chain: &mut Chain, block: &[Vec<Deed>]) -> Vec<Vec<Vec<u8>>> {
    let hash = chain.hash();
    let mut next: BTreeMap<(u8, u32), u64> = BTreeMap::new();
    let mut batches = Vec::new();
    for deeds in block {
        let mut batch = Vec::new();
        for (who, lane, ahead, transfers, max_fee) in deeds {
            let base = chain.account(&person(*who)).nonce(*lane);
            let nonce = next.entry((*who, *lane)).or_insert(base);
            let transfers: Vec<_> =
                transfers.iter().map(|(to, amount)| (person(*to), *amount)).collect();
            let mut body = body(&hash, *lane, *nonce + ahead, &transfers);
            body.max_fee = *max_fee;
            *nonce += 1;
            batch.push(unsigned(&person(*who), &body));
        }
        batch.sort();
        batch.dedup();
        batches.push(batch);
    }
    batches
}

/// What the rules say, done in the most obvious way.
#[derive(Default)]
struct Model {
    accounts: BTreeMap<Address, (u64, BTreeMap<u32, u64>)>,
}

impl Model {
    fn execute(&mut self, order: &[(Address, TransactionBody, u64)]) -> Vec<u32> {
        let mut left: Vec<bool> = vec![true; order.len()];
        let mut codes = vec![0; order.len()];
        let mut credits = Vec::new();
        // Place by place: of the place's sender and lane the lowest nonce left.
        for (sender, place, _) in order {
            let next = (0..order.len())
                .filter(|at| {
                    left[*at] && order[*at].0 == *sender && order[*at].1.lane == place.lane
                })
                .min_by_key(|at| order[*at].1.nonce)
                .unwrap();
            left[next] = false;
            codes[next] = self.one(sender, &order[next].1, order[next].2, &mut credits);
        }
        for (to, amount) in credits {
            self.accounts.entry(to).or_default().0 += amount;
        }
        codes
    }

    fn one(
        &mut self,
        sender: &Address,
        body: &TransactionBody,
        gas: u64,
        credits: &mut Vec<(Address, u64)>,
    ) -> u32 {
        if body.max_fee < 2 {
            return ErrorCode::FeeTooLow as u32;
        }
        let empty = (0, BTreeMap::new());
        let (balance, lanes) = self.accounts.get(sender).unwrap_or(&empty);
        let (balance, next) = (*balance, lanes.get(&body.lane).copied().unwrap_or(0));
        if body.nonce != next {
            return (if body.nonce < next { ErrorCode::NonceUsed } else { ErrorCode::NonceTooFar })
                as u32;
        }
        let reserved = body.gas_limit * body.max_fee;
        if balance < reserved {
            return ErrorCode::InsufficientBalance as u32;
        }
        let fee = gas * body.max_fee.min(2 + body.tip);
        let transfers: Vec<(Address, u64)> = body
            .actions
            .iter()
            .map(|action| match &action.kind {
                Some(action::Kind::Transfer(transfer)) => {
                    (transfer.to.clone().try_into().unwrap(), transfer.amount)
                }
                None => unreachable!(),
            })
            .collect();
        let amounts: u64 = transfers.iter().map(|(_, amount)| amount).sum();
        let paid = balance >= reserved + amounts;
        let account = self.accounts.get_mut(sender).unwrap();
        account.0 -= if paid { fee + amounts } else { fee };
        account.1.insert(body.lane, next + 1);
        credits.push((system_account(FEES), fee));
        if paid {
            credits.extend(transfers);
        }
        if paid {
            0
        } else {
            ErrorCode::InsufficientBalance as u32
        }
    }
}

fn pages(chain: &mut Chain) -> BTreeMap<(u8, Vec<u8>), Vec<u8>> {
    let mut pages = BTreeMap::new();
    for slot in 0..=255u8 {
        let owner = usize::from(owners(chain.shards.len())[usize::from(slot)]);
        let table = chain.shards[owner].changed_pages(slot).unwrap();
        let mut reader = Reader(&table);
        while !reader.is_empty() {
            let name = reader.sized().unwrap().to_vec();
            pages.insert((slot, name), reader.sized().unwrap().to_vec());
        }
    }
    pages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn results_do_not_depend_on_the_number_of_shards(blocks in blocks()) {
        let mut chains: Vec<Chain> =
            [1, 2, 4, 7].iter().map(|shards| Chain::people(*shards, 8, 600_000)).collect();
        for block in &blocks {
            let hash = chains[0].hash();
            let batches: Vec<_> =
                envelopes(&mut chains[0], block).iter().map(|batch| batch_of(&hash, batch)).collect();
            let results: Vec<_> = chains.iter_mut().map(|chain| chain.execute(&batches).unwrap()).collect();
            for other in &results[1..] {
                prop_assert_eq!(other, &results[0]);
            }
        }
        let all: Vec<_> = chains.iter_mut().map(pages).collect();
        for other in &all[1..] {
            prop_assert_eq!(other, &all[0]);
        }
    }

    #[test]
    fn blocks_do_what_the_rules_say(blocks in blocks()) {
        let mut chain = Chain::people(3, 8, 600_000);
        let mut model = Model::default();
        (0..8).for_each(|number| { model.accounts.insert(person(number), (600_000, BTreeMap::new())); });
        let hash = chain.hash();
        for block in &blocks {
            let batches: Vec<_> = envelopes(&mut chain, block).iter().map(|batch| batch_of(&hash, batch)).collect();
            let mut order = Vec::new();
            for batch in &batches {
                for envelope in Payload::parse(BatchView::parse(batch).unwrap().payload).unwrap().envelopes() {
                    let envelope = envelope.unwrap();
                    let body = TransactionBody::decode(envelope.body()).unwrap();
                    let gas = gas_of(&parameters(), envelope.bytes().len(), body.actions.len());
                    order.push((*envelope.sender(), body, gas));
                }
            }
            let expected = model.execute(&order);
            prop_assert_eq!(codes(&chain.execute(&batches).unwrap()), expected);
        }
        let root = chain.coordinator.state_root();
        for (address, (balance, lanes)) in &model.accounts {
            let account = chain.account(address);
            prop_assert_eq!(account.balance, *balance);
            let found: BTreeMap<u32, u64> = account.lanes.iter().map(|lane| (lane.lane, lane.nonce)).collect();
            prop_assert_eq!(&found, lanes);
        }
        for number in 0..20 {
            let address = person(number);
            let in_slot = chain.shard_of(&address).prove(&address).unwrap();
            let proof = chain.coordinator.prove(slot_of(&address), in_slot);
            let proven = verify_account(&root, &address, &proof).unwrap().map(<[u8]>::to_vec);
            prop_assert_eq!(proven.as_deref(), chain.shard_of(&address).account(&address).unwrap());
        }
    }

    #[test]
    fn a_loaded_checkpoint_goes_on_like_the_chain_it_is_of(blocks in blocks()) {
        let mut chain = Chain::people(2, 8, 600_000);
        let mut stored = BTreeMap::new();
        let hash = chain.hash();
        for block in &blocks {
            let batches: Vec<_> = envelopes(&mut chain, block).iter().map(|batch| batch_of(&hash, batch)).collect();
            let mut loaders: Vec<_> = (0..4).map(|at| StateLoader::new(&owned(4, at))).collect();
            for (name, bytes) in pages(&mut chain) {
                stored.insert(name, bytes);
            }
            stored.retain(|_, bytes| !bytes.is_empty());
            chain.shards.iter_mut().for_each(Shard::set_checkpoint);
            prop_assert!(pages(&mut chain).is_empty());
            for ((slot, name), bytes) in &stored {
                loaders.iter_mut().for_each(|loader| loader.add(*slot, name, bytes).unwrap());
            }
            let shards = loaders.into_iter().map(|loader| Shard::load(chain.genesis.clone(), loader, chain.height).unwrap());
            let mut loaded = Chain::of(chain.genesis.clone(), shards.collect(), chain.height);
            prop_assert_eq!(chain.execute(&batches).unwrap(), loaded.execute(&batches).unwrap());
        }
    }

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
        let _ = shard.check_batch(&bytes);
        shard.release(&bytes);
        let _ = (coordinator.check_batch(&bytes, height), coordinator.draft(&[&bytes]));
        let _ = shard.begin_block(&bytes, &bytes);
        let _ = shard.begin_block(&header(1), &bytes);
        let _ = shard.begin_block(&header(1), &joined(&[bytes.clone()]));
        let _ = shard.begin_block(&header(1), &joined(&[right]));
        let _ = (shard.run(&bytes), shard.deliver(&bytes), shard.end_block(0));
        let _ = (coordinator.begin(&[&bytes]), coordinator.route(&[&bytes]), coordinator.finish(&[&bytes, &bytes]));
        let _ = (coordinator.start(&[&bytes]), Coordinator::new(chain.genesis.clone(), &bytes));
    }
}

#[test]
fn accounts_of_a_slot_are_given_page_by_page() {
    let mut chain = Chain::people(1, 200, 7);
    let mut all = Vec::new();
    for slot in 0..=255u8 {
        let mut after: Option<Address> = None;
        loop {
            let records = chain.shards[0].accounts(slot, after.as_ref(), 1).unwrap();
            let Some((address, balance)) = records.split_first_chunk::<32>() else { break };
            assert_eq!((balance, slot_of(address)), (&7u64.to_le_bytes()[..], slot));
            assert_eq!(records.len(), ACCOUNT_RECORD);
            after = Some(*address);
            all.push(*address);
        }
    }
    let mut expected: Vec<_> = (0..200).map(person).collect();
    expected.sort_by_key(|address| (slot_of(address), *address));
    assert_eq!(all, expected);
    assert_eq!(chain.account(&person(3)).balance, 7);
}
