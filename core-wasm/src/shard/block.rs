//! One block as one shard sees it: the transactions of its own slots, with
//! their places in the whole.

use super::message::{Outbox, Posted};
use super::order::{in_nonce_order, Turn};
use super::part::{Part, Transaction};
use super::receipt::Outcome;
use super::run::SlotRun;
use crate::error::{CoreError, CoreResult};
use crate::hash::{Domain, Hash, Hashes};
use crate::ledger::account::Account;
use crate::ledger::Rules;
use crate::proto::{ErrorCode, Header, Parameters};
use crate::state::State;
use crate::wire::{put_sized, Reader};
use std::ops::Range;

/// The transactions of one slot in one batch.
#[derive(Clone, Debug)]
struct Group {
    /// Index in the block.
    batch: u32,
    slot: u8,
    /// In the part of that batch.
    transactions: Range<usize>,
    /// Index in the block of its first transaction.
    first: u32,
    /// What those before them in the block use.
    gas_before: u64,
}

/// A block under execution.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub height: u64,
    pub base_fee: u64,
    groups: Vec<Group>,
    /// One for each batch of the block.
    pub parts: Vec<Part>,
    gas_used: u64,
    /// Taken in this shard.
    pub fees: u64,
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::BlockMalformed, why)
}

impl Block {
    /// Of these parts, in the block's order. Signatures were checked when the
    /// batches were voted on.
    pub fn new(header: &Header, parts: Vec<Part>) -> Block {
        let groups = (0..)
            .zip(&parts)
            .flat_map(|(batch, part)| {
                part.groups.iter().map(move |group| Group {
                    batch,
                    slot: group.slot,
                    transactions: group.transactions.clone(),
                    first: 0,
                    gas_before: 0,
                })
            })
            .collect();
        let (height, base_fee) = (header.height, header.base_fee);
        Block { height, base_fee, groups, parts, gas_used: 0, fees: 0 }
    }

    /// What each group has and would use: `batch (u32) | slot (u8) |
    /// transactions (u32) | gas (u64)`.
    pub fn gas_table(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity(self.groups.len() * 17);
        for (batch, part) in (0u32..).zip(&self.parts) {
            for group in &part.groups {
                table.extend_from_slice(&batch.to_le_bytes());
                table.push(group.slot);
                table.extend_from_slice(&(group.transactions.len() as u32).to_le_bytes());
                table.extend_from_slice(&group.gas.to_le_bytes());
            }
        }
        table
    }

    /// Executes every transaction in its sender's slot. `places` has for every
    /// group of the gas table, in that order, the index in the block of its
    /// first transaction (u32) and what those before it use (u64).
    pub fn run(
        &mut self,
        places: &[u8],
        state: &mut State,
        parameters: &Parameters,
    ) -> CoreResult<Vec<u8>> {
        self.read_places(places)?;
        let mut outbox = Outbox::default();
        let mut groups = self.groups.clone();
        // Stable: within a slot the order of the block stays.
        groups.sort_by_key(|group| group.slot);
        for groups in groups.chunk_by(|a, b| a.slot == b.slot) {
            self.run_slot(groups, state, parameters, &mut outbox)?;
        }
        let Posted { outbox, roots } = outbox.finish();
        self.set_messages_roots(&roots);
        Ok(outbox)
    }

    /// Groups and roots are both in the block's order.
    fn set_messages_roots(&mut self, roots: &[(u32, Hash)]) {
        let mut roots = roots.iter().peekable();
        for group in &self.groups {
            for (index, at) in (group.first..).zip(group.transactions.clone()) {
                if let Some((_, root)) = roots.next_if(|(transaction, _)| *transaction == index) {
                    let part = &mut self.parts[group.batch as usize];
                    part.transactions[at].outcome.messages_root = Some(*root);
                }
            }
        }
    }

    fn read_places(&mut self, table: &[u8]) -> CoreResult<()> {
        let mut reader = Reader(table);
        for group in &mut self.groups {
            group.first = reader.u32()?;
            group.gas_before = reader.u64()?;
        }
        if reader.is_empty() {
            return Ok(());
        }
        Err(malformed("the table has more places than groups"))
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
            let batch = group.batch as usize;
            for (index, at) in (group.first..).zip(group.transactions.clone()) {
                gas = gas.saturating_add(self.parts[batch].transactions[at].terms.gas);
                places.push((batch, at, index, gas <= parameters.block_gas_max));
            }
        }
        let turns: Vec<Turn> = (0..)
            .zip(&places)
            .map(|(place, (batch, at, ..))| {
                run.turn(place, &self.parts[*batch].transactions[*at].terms)
            })
            .collect::<CoreResult<_>>()?;
        for turn in in_nonce_order(&turns) {
            let (batch, at, index, has_room) = places[turn as usize];
            let Part { transactions, transfers, .. } = &mut self.parts[batch];
            let transaction = &mut transactions[at];
            let sender = turns[turn as usize].sender;
            transaction.outcome = if has_room {
                let transfers = &transfers[transaction.transfers.clone()];
                run.execute(index, sender, &transaction.terms, transfers)?
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

    fn transactions_of(&self, group: &Group) -> &[Transaction] {
        &self.parts[group.batch as usize].transactions[group.transactions.clone()]
    }

    /// `gas used (u64) | groups (u32) | per group: first index (u32) | count
    /// (u32) | ids (32 each) | leaves of the receipts tree (32 each) | length
    /// (u32) | per receipt: length (u32) | receipt`.
    pub fn write_receipts(&self, table: &mut Vec<u8>) {
        table.extend_from_slice(&self.gas_used.to_le_bytes());
        table.extend_from_slice(&(self.groups.len() as u32).to_le_bytes());
        let (mut receipts, mut receipt) = (Vec::new(), Vec::new());
        let mut leaves =
            Hashes::with_capacity(self.groups.iter().map(|group| group.transactions.len()).sum());
        let mut ends = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            for transaction in self.transactions_of(group) {
                receipt.clear();
                transaction.outcome.encode_into(&transaction.id, &mut receipt);
                leaves.push(Domain::ListLeaf, [&receipt]);
                put_sized(&mut receipts, &receipt);
            }
            ends.push(receipts.len());
        }
        let (mut leaves, mut start) = (leaves.get(), 0);
        for (group, end) in self.groups.iter().zip(ends) {
            let transactions = self.transactions_of(group);
            table.extend_from_slice(&group.first.to_le_bytes());
            table.extend_from_slice(&(transactions.len() as u32).to_le_bytes());
            for transaction in transactions {
                table.extend_from_slice(&transaction.id);
            }
            let (of_group, rest) = leaves.split_at(transactions.len());
            table.extend_from_slice(of_group.as_flattened());
            put_sized(table, &receipts[start..end]);
            (leaves, start) = (rest, end);
        }
    }
}
