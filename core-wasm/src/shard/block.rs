//! One block as one shard sees it: the transactions of its own slots, with
//! their places in the whole.

use super::message::Outbox;
use super::order::{in_nonce_order, Turn};
use super::receipt::Outcome;
use super::run::SlotRun;
use crate::address::Address;
use crate::batch::{BatchView, Payload, Section};
use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::ledger::account::Account;
use crate::ledger::{Rules, Terms};
use crate::merkle::list_leaf;
use crate::proto::{action, ErrorCode, Header, Parameters};
use crate::state::State;
use crate::transaction::{chain_tag, check_body};
use crate::wire::{put_sized, Reader};
use std::ops::Range;

/// The transactions of one slot in one batch.
#[derive(Clone, Debug)]
struct Group {
    batch: u32,
    slot: u8,
    /// Index in the block of its first transaction.
    first: u32,
    transactions: Range<usize>,
    /// What they use together, were all executed.
    gas: u64,
    /// What those before them in the block use.
    gas_before: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub id: Hash,
    pub terms: Terms,
    transfers: Range<usize>,
    pub outcome: Outcome,
}

/// A block under execution.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub height: u64,
    base_fee: u64,
    batches: u32,
    /// Transactions of the whole block so far.
    count: u32,
    groups: Vec<Group>,
    pub transactions: Vec<Transaction>,
    transfers: Vec<(Address, u64)>,
    gas_used: u64,
    /// Taken in this shard.
    pub fees: u64,
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::BlockMalformed, why)
}

impl Block {
    pub fn new(header: &Header) -> Block {
        Block {
            height: header.height,
            base_fee: header.base_fee,
            batches: 0,
            count: 0,
            groups: Vec::new(),
            transactions: Vec::new(),
            transfers: Vec::new(),
            gas_used: 0,
            fees: 0,
        }
    }

    /// Takes the next batch, and of it what belongs to this shard. Signatures
    /// were checked when the batch was voted on. Errors: `BLOCK_MALFORMED`.
    pub fn add_batch(
        &mut self,
        bytes: &[u8],
        state: &State,
        genesis_hash: &Hash,
        parameters: &Parameters,
    ) -> CoreResult<()> {
        let in_block = |fault: CoreError| malformed(format!("batch {}: {fault}", self.batches));
        let payload = BatchView::parse(bytes)
            .and_then(|batch| Payload::parse(batch.payload))
            .map_err(in_block)?;
        let mut first = self.count;
        let count = self
            .count
            .checked_add(payload.count())
            .ok_or_else(|| malformed("too many transactions"))?;
        for section in payload.sections() {
            if state.owns(section.slot) {
                self.add_section(&section, first, genesis_hash, parameters)
                    .map_err(|fault| malformed(fault.to_string()))?;
            }
            // Part of `count`, which fits.
            first += section.count;
        }
        self.count = count;
        self.batches += 1;
        Ok(())
    }

    fn add_section(
        &mut self,
        section: &Section<'_>,
        first: u32,
        genesis_hash: &Hash,
        parameters: &Parameters,
    ) -> CoreResult<()> {
        let start = self.transactions.len();
        let mut gas = 0u64;
        for envelope in section.envelopes() {
            let envelope = envelope?;
            let checked = check_body(chain_tag(genesis_hash), envelope.body())?;
            let terms = Terms::new(envelope.sender(), &checked, envelope.bytes().len(), parameters);
            // What is beyond 2^64 is beyond the block's bound all the same.
            gas = gas.saturating_add(terms.gas);
            let transfers = self.transfers.len();
            for action in &checked.body.actions {
                // Both hold of every checked body.
                if let Some(action::Kind::Transfer(transfer)) = &action.kind {
                    if let Ok(to) = Address::try_from(transfer.to.as_slice()) {
                        self.transfers.push((to, transfer.amount));
                    }
                }
            }
            self.transactions.push(Transaction {
                id: envelope.id(genesis_hash),
                terms,
                transfers: transfers..self.transfers.len(),
                outcome: Outcome::default(),
            });
        }
        self.groups.push(Group {
            batch: self.batches,
            slot: section.slot,
            first,
            transactions: start..self.transactions.len(),
            gas,
            gas_before: 0,
        });
        Ok(())
    }

    /// What each group would use: `batch (u32) | slot (u8) | gas (u64)`.
    pub fn gas_table(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity(self.groups.len() * 13);
        for group in &self.groups {
            table.extend_from_slice(&group.batch.to_le_bytes());
            table.push(group.slot);
            table.extend_from_slice(&group.gas.to_le_bytes());
        }
        table
    }

    /// Executes every transaction in its sender's slot. `gas_before` has for
    /// every group of the whole block, in the block's order, what those before
    /// it use, in the form of the gas table.
    pub fn run(
        &mut self,
        gas_before: &[u8],
        state: &mut State,
        parameters: &Parameters,
    ) -> CoreResult<Vec<u8>> {
        self.read_gas_before(gas_before)?;
        let mut outbox = Outbox::default();
        let mut groups = self.groups.clone();
        // Stable: within a slot the order of the block stays.
        groups.sort_by_key(|group| group.slot);
        for groups in groups.chunk_by(|a, b| a.slot == b.slot) {
            self.run_slot(groups, state, parameters, &mut outbox)?;
        }
        Ok(outbox.finish())
    }

    fn read_gas_before(&mut self, table: &[u8]) -> CoreResult<()> {
        let mut reader = Reader(table);
        let mut groups = self.groups.iter_mut().peekable();
        while !reader.is_empty() {
            let (batch, slot, gas_before) = (reader.u32()?, reader.u8()?, reader.u64()?);
            if let Some(group) = groups.next_if(|group| (group.batch, group.slot) == (batch, slot))
            {
                group.gas_before = gas_before;
            }
        }
        match groups.next() {
            None => Ok(()),
            Some(_) => Err(malformed("the gas table does not name every group")),
        }
    }

    fn run_slot(
        &mut self,
        groups: &[Group],
        state: &mut State,
        parameters: &Parameters,
        outbox: &mut Outbox,
    ) -> CoreResult<()> {
        let Some(number) = groups.first().map(|group| group.slot) else { return Ok(()) };
        let mut run = SlotRun {
            rules: Rules { parameters, base_fee: self.base_fee, height: self.height },
            slot: state.slot_mut(number)?,
            number,
            gas_used: 0,
            fees: 0,
            account: Account::default(),
            outbox,
        };
        let mut places = Vec::new();
        for group in groups {
            let mut gas = group.gas_before;
            for (index, at) in (group.first..).zip(group.transactions.clone()) {
                gas = gas.saturating_add(self.transactions[at].terms.gas);
                places.push((at, index, gas <= parameters.block_gas_max));
            }
        }
        let turns: Vec<Turn> = (0..)
            .zip(&places)
            .map(|(place, (at, ..))| run.turn(place, &self.transactions[*at].terms))
            .collect::<CoreResult<_>>()?;
        for turn in in_nonce_order(&turns) {
            let (at, index, has_room) = places[turn as usize];
            let transaction = &mut self.transactions[at];
            let sender = turns[turn as usize].sender;
            transaction.outcome = if has_room {
                run.execute(
                    index,
                    sender,
                    &transaction.terms,
                    &self.transfers[transaction.transfers.clone()],
                )?
            } else {
                Outcome::rejected(ErrorCode::SlotFull)
            };
        }
        // Gas of a slot is bounded by slot_gas_max < 2^61, and there are 2^8
        // slots; fees were all parts of balances.
        self.gas_used = self.gas_used.saturating_add(run.gas_used);
        self.fees = self.fees.saturating_add(run.fees);
        Ok(())
    }

    /// `gas used (u64) | groups (u32) | per group: first index (u32) | count
    /// (u32) | ids (32 each) | leaves of the receipts tree (32 each) | length
    /// (u32) | per receipt: length (u32) | receipt`.
    pub fn write_receipts(&self, table: &mut Vec<u8>) {
        table.extend_from_slice(&self.gas_used.to_le_bytes());
        table.extend_from_slice(&(self.groups.len() as u32).to_le_bytes());
        let (mut receipts, mut receipt) = (Vec::new(), Vec::new());
        for group in &self.groups {
            let transactions = &self.transactions[group.transactions.clone()];
            table.extend_from_slice(&group.first.to_le_bytes());
            table.extend_from_slice(&(transactions.len() as u32).to_le_bytes());
            for transaction in transactions {
                table.extend_from_slice(&transaction.id);
            }
            receipts.clear();
            for transaction in transactions {
                receipt.clear();
                transaction.outcome.encode_into(&transaction.id, &mut receipt);
                table.extend_from_slice(&list_leaf(&receipt));
                put_sized(&mut receipts, &receipt);
            }
            put_sized(table, &receipts);
        }
    }
}
