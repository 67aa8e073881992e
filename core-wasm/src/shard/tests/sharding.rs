//! Random blocks: any number of shards, any checkpoint and the model agree.

use super::model::Model;
use super::*;

/// What people do in a block: sender, lane, nonce ahead of the right one,
/// transfers, and a max fee.
pub(super) type Deed = (u8, u32, u64, Vec<(u8, u64)>, u64);

fn deed() -> impl Strategy<Value = Deed> {
    let amount = prop_oneof![1u64..1_000, 1u64..400_000];
    let transfers = prop::collection::vec((0u8..14, amount), 1..4);
    let ahead = prop_oneof![8 => Just(0u64), 1 => Just(1), 1 => Just(2)];
    (0u8..10, 0u32..3, ahead, transfers, prop_oneof![9 => Just(5u64), 1 => Just(1), 1 => Just(400)])
}

pub(super) fn blocks() -> impl Strategy<Value = Vec<Vec<Vec<Deed>>>> {
    prop::collection::vec(prop::collection::vec(prop::collection::vec(deed(), 1..14), 0..4), 1..4)
}

/// Envelopes of a block, with nonces that go on from the accounts'.
pub(super) fn envelopes(chain: &mut Chain, block: &[Vec<Deed>]) -> Vec<Vec<Vec<u8>>> {
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

/// What a checkpoint would write now.
pub(super) fn pages(chain: &mut Chain) -> BTreeMap<(u8, Vec<u8>), Vec<u8>> {
    read_checkpoint(chain, false)
}

/// Makes a checkpoint; gives what it writes.
pub(super) fn checkpoint(chain: &mut Chain) -> BTreeMap<(u8, Vec<u8>), Vec<u8>> {
    read_checkpoint(chain, true)
}

fn read_checkpoint(chain: &mut Chain, is_durable: bool) -> BTreeMap<(u8, Vec<u8>), Vec<u8>> {
    chain.shards.iter_mut().for_each(|shard| shard.begin_checkpoint().unwrap());
    let mut pages = BTreeMap::new();
    for slot in 0..=255u8 {
        let owner = usize::from(chain.owners[usize::from(slot)]);
        let table = chain.shards[owner].checkpoint_pages(slot, usize::MAX).unwrap();
        let mut reader = Reader(&table);
        while !reader.is_empty() {
            let name = reader.sized().unwrap().to_vec();
            pages.insert((slot, name), reader.sized().unwrap().to_vec());
        }
    }
    chain.shards.iter_mut().for_each(|shard| shard.end_checkpoint(is_durable));
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
        chain.execute(&[]).unwrap();
        for block in &blocks {
            let batches: Vec<_> = envelopes(&mut chain, block).iter().map(|batch| batch_of(&hash, batch)).collect();
            let mut loaders: Vec<_> = (0..4).map(|at| StateLoader::new(&owned(4, at))).collect();
            for (name, bytes) in checkpoint(&mut chain) {
                stored.insert(name, bytes);
            }
            stored.retain(|_, bytes| !bytes.is_empty());
            prop_assert!(pages(&mut chain).is_empty());
            for ((slot, name), bytes) in &stored {
                loaders.iter_mut().for_each(|loader| loader.add(*slot, name, bytes).unwrap());
            }
            let shards = loaders.into_iter().map(|loader| Shard::load(chain.genesis.clone(), loader, &header(chain.height)).unwrap());
            let mut loaded = Chain::of(chain.genesis.clone(), shards.collect(), chain.height);
            prop_assert_eq!(chain.execute(&batches).unwrap(), loaded.execute(&batches).unwrap());
        }
    }
}

#[test]
fn a_loaded_checkpoint_knows_what_the_next_block_asks_for() {
    let mut chain = Chain::people(1, 2, 600_000_000);
    let hash = chain.hash();
    chain.execute(&[]).unwrap();
    let mut loader = StateLoader::new(&owned(1, 0));
    for ((slot, name), bytes) in checkpoint(&mut chain) {
        loader.add(slot, &name, &bytes).unwrap();
    }
    let with_fee = |height, base_fee| {
        let decoded = Header::decode(&header(height)[..]).unwrap();
        Header { base_fee, ..decoded }.encode_to_vec()
    };
    let mut shard = Shard::load(chain.genesis.clone(), loader, &with_fee(1, 64)).unwrap();
    // An eighth less, as no gas was used.
    let mut code_of = |max_fee| {
        let body = TransactionBody { max_fee, ..body(&hash, 0, 0, &[(person(1), 5)]) };
        shard.submit(&unsigned(&person(0), &body)).unwrap()[0].code
    };
    assert_eq!(code_of(55), ErrorCode::FeeTooLow as u32);
    // Looked at as far as its signature, which no key made.
    assert_eq!(code_of(56), ErrorCode::KeyMalformed as u32);
    assert!(shard.begin_block(&with_fee(2, 2), &[]).is_err());
    assert!(shard.begin_block(&with_fee(2, 56), &[]).is_ok());
}
