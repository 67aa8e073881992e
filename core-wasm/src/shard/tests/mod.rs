//! A chain of several shards in one thread.

mod batches;
mod blocks;
mod hostile;
mod model;
mod moving;
mod sharding;
mod submissions;

use super::*;
use crate::batch::{self, BatchView, Payload, PayloadBuilder};
use crate::genesis::tests::{genesis, parameters};
use crate::ledger::gas_of;
use crate::proof::verify_account;
use crate::proto::{action, Action, Header, Parameters, Receipt, TransactionBody, Transfer};
use crate::state::SLOTS;
use crate::transaction::{self, chain_tag};
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

/// The part of a batch that the shard of these slots gets.
fn part_of(batch: &[u8], owned: &[u8]) -> Vec<u8> {
    let mut part = PayloadBuilder::new();
    for section in Payload::parse(BatchView::parse(batch).unwrap().payload).unwrap().sections() {
        if owned.contains(&section.slot) {
            section.envelopes().for_each(|one| part.push(section.slot, one.unwrap().bytes()));
        }
    }
    part.finish()
}

fn name_of(batch: &[u8]) -> Hash {
    BatchView::parse(batch).unwrap().digest
}

/// A chain on some number of shards, which own slots in turn.
struct Chain {
    genesis: Genesis,
    shards: Vec<Shard>,
    coordinator: Coordinator,
    /// Of each slot.
    owners: Vec<u8>,
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
        let owners = owners(shards.len());
        Chain { genesis, shards, coordinator, owners, height }
    }

    fn people(shards: usize, count: u8, balance: u64) -> Chain {
        let accounts: Vec<_> = (0..count).map(|number| (person(number), balance)).collect();
        Chain::new(shards, parameters(), &accounts)
    }

    fn execute(&mut self, batches: &[Vec<u8>]) -> CoreResult<BlockResult> {
        self.execute_losing(batches, false)
    }

    fn execute_losing(&mut self, batches: &[Vec<u8>], lose: bool) -> CoreResult<BlockResult> {
        let header = header(self.height + 1);
        let names: Vec<Hash> = batches.iter().map(|batch| name_of(batch)).collect();
        for (batch, name) in batches.iter().zip(&names) {
            for at in 0..self.shards.len() {
                if self.shards[at].unknown(&[*name]).is_empty() {
                    continue;
                }
                let part = part_of(batch, &self.owned(at));
                self.shards[at].learn(name, 100, part);
            }
        }
        let each =
            |shards: &mut Vec<Shard>,
             call: &mut dyn FnMut(usize, &mut Shard) -> CoreResult<Vec<u8>>| {
                shards
                    .iter_mut()
                    .enumerate()
                    .map(|(at, shard)| call(at, shard))
                    .collect::<CoreResult<Vec<_>>>()
            };
        let tables = each(&mut self.shards, &mut |_, shard| shard.begin_block(&header, &names))?;
        let places = self.coordinator.begin(&borrowed(&tables))?;
        let mut outboxes = each(&mut self.shards, &mut |at, shard| shard.run(&places[at]))?;
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

    fn owned(&self, shard: usize) -> Vec<u8> {
        let slots = (0..=255u8).zip(&self.owners);
        slots.filter(|(_, owner)| usize::from(**owner) == shard).map(|(slot, _)| slot).collect()
    }

    fn shard_of(&mut self, address: &Address) -> &mut Shard {
        &mut self.shards[usize::from(self.owners[usize::from(slot_of(address))])]
    }

    fn move_slot(&mut self, slot: u8, to: usize) {
        let from = usize::from(self.owners[usize::from(slot)]);
        if from != to {
            let table = self.shards[from].export_slot(slot).unwrap();
            self.shards[to].import_slot(&table).unwrap();
            self.coordinator.move_slot(slot, to).unwrap();
            self.owners[usize::from(slot)] = to as u8;
        }
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
