//! One owner of slots: mempool, execution and state of its senders. Shards
//! share nothing; a [`Coordinator`] carries tables of bytes between them, so
//! that any number of them gives the same results.
//!
//! A block goes through a shard in these calls: [`Shard::begin_block`],
//! [`Shard::run`], [`Shard::deliver`] until nobody sends any more, and
//! [`Shard::end_block`]. An error in the first leaves the state as it was; one
//! in the others is a fault of the node, which must not go on with this shard.
#![forbid(unsafe_code)]

mod block;
mod coordinator;
mod message;
mod order;
pub(crate) mod receipt;
mod run;
#[cfg(test)]
mod tests;

pub use coordinator::{BlockResult, Coordinator};
pub use message::{Credit, Origin};
pub use receipt::Outcome;

use crate::address::{slot_of, system_account, Address};
use crate::batch::{BatchView, Payload};
use crate::block::decode_header;
use crate::buckets::BucketSet;
use crate::error::{CoreError, CoreResult};
use crate::genesis::Genesis;
use crate::invalid_batch::Refusal;
use crate::ledger::account::{balance_of, Account};
use crate::ledger::Rules;
use crate::mempool::{Admission, Mempool, Room};
use crate::proto::{ErrorCode, SlotProof};
use crate::state::{State, StateLoader};
use crate::transaction::{chain_tag, check_body, first_unsigned, signature_fault};
use crate::tree::{Key, Page};
use crate::wire::{put_sized, Reader};
use block::Block;

/// Name of the system account that all fees go to.
pub const FEES: &str = "fees";
/// Of an account in [`Shard::accounts`]: address and balance.
pub const ACCOUNT_RECORD: usize = 40;

/// See the module.
#[derive(Clone, Debug)]
pub struct Shard {
    genesis: Genesis,
    state: State,
    mempool: Mempool,
    height: u64,
    base_fee: u64,
    block: Option<Block>,
}

fn rules(genesis: &Genesis, base_fee: u64, height: u64) -> Rules<'_> {
    Rules { parameters: &genesis.parameters, base_fee, height }
}

fn out_of_turn() -> CoreError {
    CoreError::with(ErrorCode::BlockMalformed, "no block has been begun")
}

impl Shard {
    /// The slots `owned` of a new chain.
    pub fn new(genesis: Genesis, owned: &[u8]) -> CoreResult<Shard> {
        let state = State::genesis(&genesis, owned)?;
        Ok(Self::with_state(genesis, state, 0))
    }

    /// The slots of a loaded checkpoint of that height.
    pub fn load(genesis: Genesis, loader: StateLoader, height: u64) -> CoreResult<Shard> {
        Ok(Self::with_state(genesis, loader.finish()?, height))
    }

    fn with_state(mut genesis: Genesis, state: State, height: u64) -> Shard {
        // They are in the state now.
        genesis.accounts = Vec::new();
        let base_fee = genesis.parameters.base_fee_min;
        Shard { genesis, state, mempool: Mempool::default(), height, base_fee, block: None }
    }

    /// The last executed height.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// Bounds of the mempool from here on.
    pub fn limit_mempool(&mut self, transactions_max: usize, bytes_max: usize) {
        let limits = self.mempool.limits_mut();
        limits.transactions_max = transactions_max;
        limits.bytes_max = bytes_max;
    }

    /// Concatenated envelopes to the mempool, by the state as it is.
    pub fn submit(&mut self, envelopes: &[u8]) -> CoreResult<Vec<Admission>> {
        let rules = rules(&self.genesis, self.base_fee, self.height.saturating_add(1));
        self.mempool.submit(envelopes, &self.state, &self.genesis.hash, &rules)
    }

    /// What waits.
    pub fn mempool(&self) -> &Mempool {
        &self.mempool
    }

    /// A payload for a block of `height` from these buckets, empty where nothing
    /// is ready.
    pub fn assemble(&mut self, height: u64, room: Room, buckets: &BucketSet) -> Vec<u8> {
        let rules = rules(&self.genesis, self.base_fee, height);
        let bytes = room.bytes.min(self.genesis.parameters.batch_bytes_max as usize);
        self.mempool.assemble(Room { bytes, ..room }, buckets, &rules)
    }

    /// What waits for whoever authors these buckets: see [`Mempool::forward`].
    pub fn forward(
        &mut self,
        height: u64,
        first: &BucketSet,
        second: &BucketSet,
        bytes: usize,
    ) -> Vec<u8> {
        self.mempool.forward(height, first, second, bytes)
    }

    /// Gives back what was assembled and not decided.
    pub fn release(&mut self, payload: &[u8]) {
        self.mempool.release(payload, &self.genesis.hash);
    }

    /// Checks bodies and signatures of the transactions of a batch that are of
    /// this shard's senders, up to the first that it finds wrong; the rest is
    /// [`Coordinator::check_batch`]'s, which has found nothing. What waits here
    /// and is in a right batch is left to its author for a while.
    pub fn check_batch(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let batch = BatchView::parse(bytes)?;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for section in Payload::parse(batch.payload)?.sections() {
            if !self.state.owns(section.slot) {
                continue;
            }
            for envelope in section.envelopes() {
                let envelope = envelope?;
                let id = envelope.id(&self.genesis.hash);
                if self.mempool.knows(&id, envelope.bytes()) {
                    known.push(id);
                } else {
                    check_body(chain_tag(&self.genesis.hash), envelope.body())
                        .map_err(|fault| Refusal::of_transaction(&batch, fault, &envelope))?;
                    unknown.push((envelope, id));
                }
            }
        }
        match first_unsigned(&unknown, &self.genesis.hash) {
            Some((envelope, _)) => {
                let fault = signature_fault(envelope.sender());
                Err(Refusal::of_transaction(&batch, fault, envelope))
            }
            None => {
                let height = self.height.saturating_add(1);
                known.iter().for_each(|id| self.mempool.sight(id, height));
                Ok(())
            }
        }
    }

    /// Takes the next height's header and, each with its length in front
    /// (`u32`), its batches. Gives the gas table. Errors: `BLOCK_MALFORMED`.
    pub fn begin_block(&mut self, header: &[u8], batches: &[u8]) -> CoreResult<Vec<u8>> {
        self.block = None;
        let header = decode_header(header)?;
        if header.height != self.height.saturating_add(1) {
            let why = format!("height {} after {}", header.height, self.height);
            return Err(CoreError::with(ErrorCode::BlockMalformed, why));
        }
        let mut block = Block::new(&header);
        let mut batches = Reader(batches);
        while !batches.is_empty() {
            let batch = batches.sized()?;
            block.add_batch(batch, &self.state, &self.genesis.hash, &self.genesis.parameters)?;
        }
        let table = block.gas_table();
        self.base_fee = header.base_fee;
        self.block = Some(block);
        Ok(table)
    }

    /// Executes the transactions of this shard's senders; gives the outbox.
    pub fn run(&mut self, gas_before: &[u8]) -> CoreResult<Vec<u8>> {
        let block = self.block.as_mut().ok_or_else(out_of_turn)?;
        block.run(gas_before, &mut self.state, &self.genesis.parameters)
    }

    /// Delivers messages to this shard's slots: `destination (u8) | length
    /// (u32) | message`, in the order of their origins. Gives the outbox, which
    /// is empty as long as credits are the only messages. Errors:
    /// `MESSAGE_MALFORMED`.
    pub fn deliver(&mut self, inbox: &[u8]) -> CoreResult<Vec<u8>> {
        let mut inbox = Reader(inbox);
        let mut account = Account::default();
        let mut last: Option<Origin> = None;
        while !inbox.is_empty() {
            let destination = inbox.u8()?;
            let credit = Credit::decode(inbox.sized()?)?;
            if last.is_some_and(|last| credit.origin <= last) {
                return Err(CoreError::with(ErrorCode::MessageMalformed, "messages out of order"));
            }
            last = Some(credit.origin);
            self.state.slot_mut(destination)?.credit(&credit.to, credit.amount, &mut account)?;
        }
        Ok(Vec::new())
    }

    /// Fees taken in this block by this shard's slots.
    pub fn fees(&self) -> CoreResult<u64> {
        Ok(self.block.as_ref().ok_or_else(out_of_turn)?.fees)
    }

    /// Ends the block: its height is this shard's from here on. `fees` are those
    /// of all shards, credited by the one that owns their account. Gives
    /// [`Shard::slot_roots`] and what [`Coordinator::finish`] needs of the block.
    pub fn end_block(&mut self, fees: u64) -> CoreResult<Vec<u8>> {
        let block = self.block.take().ok_or_else(out_of_turn)?;
        let address = system_account(FEES);
        if fees > 0 && self.state.owns(slot_of(&address)) {
            self.state.slot_mut(slot_of(&address))?.credit(
                &address,
                fees,
                &mut Account::default(),
            )?;
        }
        let mut table = self.slot_roots();
        block.write_receipts(&mut table);
        for transaction in &block.transactions {
            let outcome = &transaction.outcome;
            self.mempool.settle(
                &transaction.id,
                &transaction.terms,
                outcome.fault,
                outcome.is_charged(),
            );
        }
        self.height = block.height;
        self.mempool.expire(self.height);
        Ok(table)
    }

    /// `supply (u64) | slots (u16) | per slot: number (u8) | root (32)`.
    pub fn slot_roots(&mut self) -> Vec<u8> {
        let mut table = self.state.supply().to_le_bytes().to_vec();
        let count = self.state.owned().count() as u16;
        table.extend_from_slice(&count.to_le_bytes());
        for (number, slot) in self.state.owned_mut() {
            table.push(number);
            table.extend_from_slice(&slot.tree.root());
        }
        table
    }

    /// The encoded account of an address in an owned slot.
    pub fn account(&self, address: &Address) -> CoreResult<Option<&[u8]>> {
        Ok(self.state.slot(slot_of(address))?.tree.get(&Key::account(address)))
    }

    /// Presence or absence of an account in its slot.
    pub fn prove(&mut self, address: &Address) -> CoreResult<SlotProof> {
        Ok(self.state.slot_mut(slot_of(address))?.tree.prove(&Key::account(address)))
    }

    /// At most `count` accounts of a slot with addresses above `after`, each as
    /// `address (32) | balance (u64)`.
    pub fn accounts(&self, slot: u8, after: Option<&Address>, count: usize) -> CoreResult<Vec<u8>> {
        let tree = &self.state.slot(slot)?.tree;
        let leaves = tree.leaves_after(&after.map_or(Key::LOWEST, Key::account));
        let mut records = Vec::new();
        let accounts = leaves.filter_map(|(key, value)| Some((*key.address()?, value)));
        for (address, value) in accounts.take(count) {
            records.extend_from_slice(&address);
            records.extend_from_slice(&balance_of(value).to_le_bytes());
        }
        Ok(records)
    }

    /// Pages of an owned slot that differ from the last checkpoint, each as
    /// `length (u32) | name | length (u32) | bytes`; no bytes: the page is gone.
    pub fn changed_pages(&mut self, slot: u8) -> CoreResult<Vec<u8>> {
        let mut table = Vec::new();
        let tree = &mut self.state.slot_mut(slot)?.tree;
        if tree.is_changed() {
            for Page { name, bytes } in tree.changed_pages() {
                put_sized(&mut table, &name);
                put_sized(&mut table, &bytes);
            }
        }
        Ok(table)
    }

    /// Takes the present state as the last checkpoint.
    pub fn set_checkpoint(&mut self) {
        for (_, slot) in self.state.owned_mut() {
            if slot.tree.is_changed() {
                slot.tree.set_checkpoint();
            }
        }
    }
}
