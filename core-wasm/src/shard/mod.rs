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
mod known;
mod message;
mod moving;
mod order;
mod paging;
mod part;
pub(crate) mod receipt;
mod run;
mod submissions;
#[cfg(test)]
mod tests;

pub use coordinator::{BlockResult, Coordinator};
pub use message::{Credit, Origin};
pub use part::Fault;
pub use receipt::Outcome;
pub use submissions::Sorted;

use crate::address::{slot_of, system_account, Address};
use crate::block::decode_header;
use crate::buckets::BucketSet;
use crate::error::{CoreError, CoreResult};
use crate::genesis::Genesis;
use crate::hash::Hash;
use crate::ledger::account::{balance_of, Account};
use crate::ledger::{base_fee_after, Rules};
use crate::mempool::{Admission, Mempool, Room};
use crate::proto::{ErrorCode, Header, Parameters, SlotProof};
use crate::state::{State, StateLoader};
use crate::transaction::{first_unsigned, signature_fault};
use crate::tree::Key;
use crate::wire::Reader;
use block::Block;
use known::{Kept, Known};
use part::Part;

/// Name of the system account that all fees go to.
pub const FEES: &str = "fees";
/// Of an account in [`Shard::accounts`]: address and balance.
pub const ACCOUNT_RECORD: usize = 40;

/// Largest blocks of which a shard keeps the parts: those under way, and those
/// that wait for one.
const BLOCKS_KNOWN: usize = 4;
/// Heights for which an assembled payload waits for its name.
const UNNAMED_BLOCKS: u64 = 64;

/// See the module.
#[derive(Clone, Debug)]
pub struct Shard {
    genesis: Genesis,
    state: State,
    mempool: Mempool,
    known: Known,
    /// What was assembled last, and has no name yet; how many bytes it has.
    unnamed: (Part, usize),
    height: u64,
    /// What the next block asks for, as far as can be known.
    base_fee: u64,
    /// Of the last executed block.
    last_base_fee: u64,
    block: Option<Block>,
}

fn rules(genesis: &Genesis, base_fee: u64, height: u64) -> Rules<'_> {
    Rules { parameters: &genesis.parameters, base_fee, height }
}

/// The base fee of the block after that, by the gas that is known: that of the
/// block between is not, yet.
fn fee_after(genesis: &Genesis, header: &Header) -> u64 {
    base_fee_after(&genesis.parameters, header.base_fee, header.gas_used)
}

/// Also bounds what a batch can make a shard keep: see [`Known`].
fn known_bytes_max(parameters: &Parameters) -> usize {
    let block = u64::from(parameters.block_batches_max) * u64::from(parameters.batch_bytes_max);
    usize::try_from(block).unwrap_or(usize::MAX).saturating_mul(BLOCKS_KNOWN)
}

fn out_of_turn() -> CoreError {
    CoreError::with(ErrorCode::BlockMalformed, "no block has been begun")
}

impl Shard {
    /// The slots `owned` of a new chain.
    pub fn new(genesis: Genesis, owned: &[u8]) -> CoreResult<Shard> {
        let state = State::genesis(&genesis, owned)?;
        let base_fee = genesis.parameters.base_fee_min;
        Ok(Self::with_state(genesis, state, 0, [base_fee; 2]))
    }

    /// The slots of a loaded checkpoint of the height of that block. Errors:
    /// `PAGE_MALFORMED`, `BLOCK_MALFORMED`.
    pub fn load(genesis: Genesis, loader: StateLoader, header: &[u8]) -> CoreResult<Shard> {
        let header = decode_header(header)?;
        let next = fee_after(&genesis, &header);
        let state = loader.finish()?;
        Ok(Self::with_state(genesis, state, header.height, [header.base_fee, next]))
    }

    /// With the base fees of the last block and of the next.
    fn with_state(mut genesis: Genesis, state: State, height: u64, fees: [u64; 2]) -> Shard {
        // They are in the state now.
        genesis.accounts = Vec::new();
        let [last_base_fee, base_fee] = fees;
        let known = Known::new(known_bytes_max(&genesis.parameters));
        let (mempool, unnamed, block) = (Mempool::default(), Default::default(), None);
        Shard { genesis, state, mempool, known, unnamed, height, base_fee, last_base_fee, block }
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
    pub fn assemble(
        &mut self,
        height: u64,
        room: Room,
        buckets: &BucketSet,
    ) -> CoreResult<Vec<u8>> {
        let rules = rules(&self.genesis, self.base_fee, height);
        let bytes = room.bytes.min(self.genesis.parameters.batch_bytes_max as usize);
        let assembled = self.mempool.assemble(Room { bytes, ..room }, buckets, &rules);
        let part = Part::assembled(&assembled, &self.genesis.hash)?;
        self.unnamed = (part, assembled.payload.len());
        Ok(assembled.payload)
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

    /// A while has passed without a block: see [`Mempool::forward`].
    pub fn lull(&mut self) {
        self.mempool.lull();
    }

    /// Gives back what was assembled and not decided.
    pub fn release(&mut self, payload: &[u8]) {
        self.mempool.release(payload, &self.genesis.hash);
    }

    /// What was assembled last is the part of a batch of that name, until
    /// [`Shard::rename`] tells the right one.
    pub fn name(&mut self, name: &Hash) {
        let (part, bytes) = std::mem::take(&mut self.unnamed);
        let until = self.height.saturating_add(UNNAMED_BLOCKS);
        self.known.keep(*name, until, bytes, Kept::Read(part));
    }

    /// A batch has got its name, and is for blocks up to `until`.
    pub fn rename(&mut self, from: &Hash, to: &Hash, until: u64) {
        self.known.rename(from, *to, until);
    }

    /// Checks bodies and signatures of this shard's part of a batch, which is a
    /// payload of its sections alone, up to the first that it finds wrong; the
    /// rest is [`Coordinator::check_batch`]'s, which has found nothing. What is
    /// right is kept for [`Shard::begin_block`], and what waits here and is in it
    /// is left to its author for a while. Errors: `BATCH_MALFORMED`.
    pub fn check_batch(
        &mut self,
        name: &Hash,
        until: u64,
        bytes: &[u8],
    ) -> CoreResult<Result<(), Fault>> {
        let Genesis { hash, parameters, .. } = &self.genesis;
        let (mempool, state) = (&self.mempool, &self.state);
        let (mut waiting, mut unknown, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let read = Part::read(bytes, state, hash, parameters, |envelope, id, slot, index| {
            if mempool.knows(&id, envelope.bytes()) {
                waiting.push(id);
            } else {
                unknown.push((envelope, id));
                places.push((slot, index));
            }
        })?;
        let part = match read {
            Ok(part) => part,
            Err(fault) => return Ok(Err(fault)),
        };
        if let Some(first) = first_unsigned(&unknown, hash) {
            let place = unknown.iter().position(|one| std::ptr::eq(one, first));
            let (slot, index) = place.and_then(|at| places.get(at)).copied().unwrap_or_default();
            let error = signature_fault(first.0.sender());
            return Ok(Err(Fault { slot, index, error }));
        }
        let height = self.height.saturating_add(1);
        waiting.iter().for_each(|id| self.mempool.sight(id, height));
        self.known.keep(*name, until, bytes.len(), Kept::Read(part));
        Ok(Ok(()))
    }

    /// Takes this shard's part of a batch that was checked elsewhere.
    pub fn learn(&mut self, name: &Hash, until: u64, bytes: Vec<u8>) {
        self.known.keep(*name, until, bytes.len(), Kept::Bytes(bytes));
    }

    /// Of these batches those of which the part is not here. The others are kept
    /// before all else.
    pub fn unknown(&mut self, names: &[Hash]) -> Vec<Hash> {
        names.iter().filter(|name| !self.known.touch(name)).copied().collect()
    }

    /// Takes the next height's header and the names of its batches, whose parts
    /// are here. Gives the gas table. Errors: `BLOCK_MALFORMED`, which leaves the
    /// state as it was; the parts are to be learnt again.
    pub fn begin_block(&mut self, header: &[u8], names: &[Hash]) -> CoreResult<Vec<u8>> {
        self.block = None;
        let header = decode_header(header)?;
        if header.height != self.height.saturating_add(1) {
            let why = format!("height {} after {}", header.height, self.height);
            return Err(CoreError::with(ErrorCode::BlockMalformed, why));
        }
        let parameters = &self.genesis.parameters;
        let expected = base_fee_after(parameters, self.last_base_fee, header.gas_used);
        if header.base_fee != expected {
            let why = format!("base fee {}, {expected} follows", header.base_fee);
            return Err(CoreError::with(ErrorCode::BlockMalformed, why));
        }
        let base_fee = fee_after(&self.genesis, &header);
        let parts = names.iter().map(|name| self.take_part(name)).collect::<CoreResult<_>>()?;
        let block = Block::new(&header, parts);
        let table = block.gas_table();
        self.base_fee = base_fee;
        self.block = Some(block);
        Ok(table)
    }

    fn take_part(&mut self, name: &Hash) -> CoreResult<Part> {
        let malformed = |why: &str| CoreError::with(ErrorCode::BlockMalformed, why);
        match self.known.give(name).ok_or_else(|| malformed("a batch is not known"))? {
            Kept::Read(part) => match part.check_owner(&self.state) {
                Ok(()) => Ok(part),
                Err(fault) => Err(malformed(&fault.to_string())),
            },
            Kept::Bytes(bytes) => {
                let Genesis { hash, parameters, .. } = &self.genesis;
                Part::read(&bytes, &self.state, hash, parameters, |_, _, _, _| ())
                    .and_then(|read| read.map_err(|fault| fault.error))
                    .map_err(|fault| malformed(&fault.to_string()))
            }
        }
    }

    /// Executes the transactions of this shard's senders; gives the outbox.
    pub fn run(&mut self, places: &[u8]) -> CoreResult<Vec<u8>> {
        let block = self.block.as_mut().ok_or_else(out_of_turn)?;
        block.run(places, &mut self.state, &self.genesis.parameters)
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
        for transaction in block.parts.iter().flat_map(|part| &part.transactions) {
            let outcome = &transaction.outcome;
            self.mempool.settle(
                &transaction.id,
                &transaction.terms,
                outcome.fault,
                outcome.is_charged(),
            );
        }
        self.height = block.height;
        self.last_base_fee = block.base_fee;
        self.mempool.end_block(self.height, &self.state)?;
        self.mempool.set_base_fee(self.base_fee);
        self.known.expire(self.height);
        Ok(table)
    }

    /// `supply (u64) | slots (u16) | per slot: number (u8) | root (32)`.
    pub fn slot_roots(&mut self) -> Vec<u8> {
        let mut table = self.state.supply().to_le_bytes().to_vec();
        let roots = self.state.roots();
        table.extend_from_slice(&(roots.len() as u16).to_le_bytes());
        for (number, root) in roots {
            table.push(number);
            table.extend_from_slice(&root);
        }
        table
    }

    /// The encoded account of an address in an owned slot.
    pub fn account(&self, address: &Address) -> CoreResult<Option<&[u8]>> {
        self.state.slot(slot_of(address))?.tree.get(&Key::account(address))
    }

    /// Presence or absence of an account in its slot.
    pub fn prove(&mut self, address: &Address) -> CoreResult<SlotProof> {
        self.state.slot_mut(slot_of(address))?.tree.prove(&Key::account(address))
    }

    /// At most `count` accounts of a slot with addresses above `after`, each as
    /// `address (32) | balance (u64)`.
    pub fn accounts(&self, slot: u8, after: Option<&Address>, count: usize) -> CoreResult<Vec<u8>> {
        let tree = &self.state.slot(slot)?.tree;
        let mut leaves = tree.leaves_after(&after.map_or(Key::LOWEST, Key::account))?;
        let mut records = Vec::new();
        while records.len() / ACCOUNT_RECORD < count {
            let Some(leaf) = leaves.next() else { break };
            let (key, value) = leaf?;
            let Some(address) = key.address() else { continue };
            records.extend_from_slice(address);
            records.extend_from_slice(&balance_of(value).to_le_bytes());
        }
        Ok(records)
    }
}
