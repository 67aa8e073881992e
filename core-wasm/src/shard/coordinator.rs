//! What holds shards together: it carries tables of bytes from one to the next
//! and makes the block's roots of their parts.

use super::message::{read_sent, Origin, Sent};
use super::part::Fault;
use crate::batch::{BatchView, Payload, PayloadBuilder};
use crate::buckets::Buckets;
use crate::error::{CoreError, CoreResult};
use crate::genesis::Genesis;
use crate::hash::Hash;
use crate::invalid_batch::Refusal;
use crate::leaves::commitments;
use crate::merkle::{empty_root, list_root, root_of_leaves};
use crate::proof::{top_leaf, top_root};
use crate::proto::{ErrorCode, SlotProof, StateProof};
use crate::state::SLOTS;
use crate::wire::{put_sized, Reader};

/// What a block came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockResult {
    /// Over the 256 slots.
    pub state_root: Hash,
    /// Over the receipts in the block's order.
    pub receipts_root: Hash,
    /// Over the messages in the order of their origins.
    pub messages_root: Hash,
    /// By all transactions.
    pub gas_used: u64,
    /// 32 bytes for each transaction in the block's order.
    pub transaction_ids: Vec<u8>,
    /// For each transaction: length (`u32`) and encoded receipt.
    pub receipts: Vec<u8>,
}

/// Knows which shard owns which slot, and the roots of all.
#[derive(Clone, Debug)]
pub struct Coordinator {
    genesis: Genesis,
    buckets: Buckets,
    /// Index of the shard that owns each slot.
    pub(super) shard_of: [usize; SLOTS],
    pub(super) shards: usize,
    slot_roots: [Hash; SLOTS],
    messages: Vec<(Origin, Hash)>,
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, why)
}

impl Coordinator {
    /// `shard_of` names for each of the 256 slots its shard, counted from 0.
    /// Errors: `MESSAGE_MALFORMED`.
    pub fn new(mut genesis: Genesis, shard_of: &[u8]) -> CoreResult<Coordinator> {
        let shard_of: [u8; SLOTS] =
            shard_of.try_into().map_err(|_| malformed("256 slots have 256 owners"))?;
        let shards = shard_of.iter().max().map_or(0, |last| usize::from(*last) + 1);
        genesis.accounts = Vec::new();
        let buckets = Buckets::new(&genesis.hash, &genesis.validators);
        let (slot_roots, messages) = ([[0; 32]; SLOTS], Vec::new());
        Ok(Coordinator {
            genesis,
            buckets,
            shard_of: shard_of.map(usize::from),
            shards,
            slot_roots,
            messages,
        })
    }

    /// Takes the slot roots of all shards at a start, and gives the state root.
    /// Errors: `SUPPLY_BROKEN`, `MESSAGE_MALFORMED`.
    pub fn start(&mut self, tables: &[&[u8]]) -> CoreResult<Hash> {
        let mut supply = 0u64;
        for (shard, table) in tables.iter().enumerate() {
            let mut reader = Reader(table);
            supply = supply.wrapping_add(self.read_roots(shard, &mut reader)?);
        }
        self.check_supply(supply)?;
        Ok(self.state_root())
    }

    /// Roots over nothing, as the genesis has them for receipts and messages.
    pub fn empty_root() -> Hash {
        empty_root()
    }

    /// Over the present slot roots.
    pub fn state_root(&self) -> Hash {
        top_root(&self.slot_roots)
    }

    /// Completes a slot's proof to one of the state.
    pub fn prove(&self, slot: u8, in_slot: SlotProof) -> StateProof {
        let in_state = Some(top_leaf(&self.slot_roots, slot));
        StateProof { slot: slot.into(), in_slot: Some(in_slot), in_state }
    }

    /// Checks of a batch for a block of `height` all that is not the shards':
    /// form, author, its buckets, validity, payload and ids. Errors: `BATCH_MALFORMED`,
    /// `BATCH_MISMATCH`, `BATCH_FOREIGN_BUCKET`, `NOT_AUTHORIZED`,
    /// `SIGNATURE_INVALID`, `EXPIRED`.
    pub fn check_batch(&self, bytes: &[u8], height: u64) -> Result<(), Refusal> {
        let batch = BatchView::parse(bytes)?;
        if batch.header.valid_until < height {
            return Err(CoreError::new(ErrorCode::Expired).into());
        }
        let author = self.genesis.validators.get(&batch.author).ok_or_else(|| {
            CoreError::with(ErrorCode::NotAuthorized, "the author of the batch is no validator")
        })?;
        let bytes_max = self.genesis.parameters.batch_bytes_max;
        batch.check(&self.genesis.hash, &author.public_key, bytes_max)?;
        self.buckets.check(&batch).map_err(Refusal::of_author)
    }

    /// Makes one payload of those of the shards: `root over the payload (32) |
    /// root over the transactions (32) | count (u32) | payload`; nothing where
    /// they are empty.
    pub fn draft(&self, payloads: &[&[u8]]) -> CoreResult<Vec<u8>> {
        let mut builder = PayloadBuilder::new();
        for payload in payloads.iter().filter(|payload| !payload.is_empty()) {
            builder.append(&Payload::parse(payload)?);
        }
        if builder.is_empty() {
            return Ok(Vec::new());
        }
        let count = builder.count();
        let payload = builder.finish();
        let (payload_root, ids) = commitments(&self.genesis.hash, &payload)?;
        let mut draft = Vec::with_capacity(68 + payload.len());
        draft.extend_from_slice(&payload_root);
        draft.extend_from_slice(&list_root(&ids));
        draft.extend_from_slice(&count.to_le_bytes());
        draft.extend_from_slice(&payload);
        Ok(draft)
    }

    /// What is wrong with a batch of which a shard found that transaction to be
    /// none: the rest of it has been found right.
    pub fn refuse(&self, bytes: &[u8], fault: &Fault) -> CoreResult<Refusal> {
        let batch = BatchView::parse(bytes)?;
        let sections = Payload::parse(batch.payload)?.sections();
        let before = sections.take_while(|section| section.slot < fault.slot);
        let position = before.map(|section| section.count as usize).sum::<usize>();
        // The table is the leaf before the first envelope.
        let leaf = position + fault.index as usize + 1;
        Ok(Refusal::proven(&batch, fault.error.clone(), &[leaf]))
    }

    /// Begins a block with the shards' gas tables: gives each the places of its
    /// groups in the block, in the order of its table. Errors:
    /// `BLOCK_MALFORMED`, `MESSAGE_MALFORMED`.
    pub fn begin(&mut self, tables: &[&[u8]]) -> CoreResult<Vec<Vec<u8>>> {
        self.messages.clear();
        let mut groups = Vec::new();
        for (shard, table) in tables.iter().enumerate() {
            let mut reader = Reader(table);
            while !reader.is_empty() {
                let place = (reader.u32()?, reader.u8()?);
                groups.push((place, shard, reader.u32()?, reader.u64()?));
            }
        }
        groups.sort_unstable();
        let (mut first, mut before) = (0u32, 0u64);
        let mut places = vec![Vec::new(); tables.len()];
        for (_, shard, count, gas) in groups {
            if let Some(table) = places.get_mut(shard) {
                table.extend_from_slice(&first.to_le_bytes());
                table.extend_from_slice(&before.to_le_bytes());
            }
            first = first.checked_add(count).ok_or_else(|| {
                CoreError::with(ErrorCode::BlockMalformed, "too many transactions")
            })?;
            // Where this saturates the block is full anyway.
            before = before.saturating_add(gas);
        }
        Ok(places)
    }

    /// Sorts a round's outboxes into one inbox per shard; `None` once nobody has
    /// sent anything. Errors: `MESSAGE_MALFORMED`.
    pub fn route(&mut self, outboxes: &[&[u8]]) -> CoreResult<Option<Vec<Vec<u8>>>> {
        let mut sent: Vec<Sent<'_>> = Vec::new();
        for outbox in outboxes {
            let mut reader = Reader(outbox);
            while !reader.is_empty() {
                sent.push(read_sent(&mut reader)?);
            }
        }
        if sent.is_empty() {
            return Ok(None);
        }
        // Each outbox is in order: this merges.
        sent.sort_by_key(|message| message.origin);
        let mut inboxes = vec![Vec::new(); self.shards];
        for message in &sent {
            let shard = self.shard_of[usize::from(message.destination)];
            if let Some(inbox) = inboxes.get_mut(shard) {
                inbox.push(message.destination);
                put_sized(inbox, message.bytes);
            }
        }
        self.messages.extend(sent.iter().map(|message| (message.origin, message.leaf)));
        Ok(Some(inboxes))
    }

    /// Makes the block's result of what the shards gave at its end. Errors:
    /// `SUPPLY_BROKEN`, `MESSAGE_MALFORMED`.
    pub fn finish(&mut self, tables: &[&[u8]]) -> CoreResult<BlockResult> {
        let (mut supply, mut gas_used) = (0u64, 0u64);
        let mut groups = Vec::new();
        for (shard, table) in tables.iter().enumerate() {
            let mut reader = Reader(table);
            supply = supply.wrapping_add(self.read_roots(shard, &mut reader)?);
            gas_used = gas_used.saturating_add(reader.u64()?);
            for _ in 0..reader.u32()? {
                groups.push(Group::read(&mut reader)?);
            }
        }
        self.check_supply(supply)?;
        groups.sort_unstable_by_key(|group| group.first);
        let mut result = BlockResult {
            state_root: self.state_root(),
            receipts_root: empty_root(),
            messages_root: self.messages_root(),
            gas_used,
            transaction_ids: Vec::with_capacity(groups.iter().map(|group| group.ids.len()).sum()),
            receipts: Vec::with_capacity(groups.iter().map(|group| group.receipts.len()).sum()),
        };
        let mut leaves = Vec::with_capacity(result.transaction_ids.capacity() / 32);
        for group in groups {
            if group.first as usize != result.transaction_ids.len() / 32 {
                return Err(malformed("the shards' transactions are not all of the block's"));
            }
            result.transaction_ids.extend_from_slice(group.ids);
            result.receipts.extend_from_slice(group.receipts);
            leaves.extend_from_slice(group.leaves);
        }
        result.receipts_root = root_of_leaves(leaves);
        Ok(result)
    }

    fn messages_root(&mut self) -> Hash {
        // In order already as long as there is one round.
        self.messages.sort_by_key(|(origin, _)| *origin);
        root_of_leaves(self.messages.iter().map(|(_, leaf)| *leaf).collect())
    }

    /// Gives the supply of the shard.
    fn read_roots(&mut self, shard: usize, table: &mut Reader<'_>) -> CoreResult<u64> {
        let supply = table.u64()?;
        let slots = usize::from(table.u16()?);
        if slots != self.shard_of.iter().filter(|owner| **owner == shard).count() {
            return Err(malformed(format!("shard {shard} gives {slots} roots")));
        }
        for _ in 0..slots {
            let slot = usize::from(table.u8()?);
            if self.shard_of[slot] != shard {
                return Err(malformed(format!("slot {slot} is not of shard {shard}")));
            }
            self.slot_roots[slot] = *table.array()?;
        }
        Ok(supply)
    }

    fn check_supply(&self, supply: u64) -> CoreResult<()> {
        if supply == self.genesis.supply {
            return Ok(());
        }
        let why = format!("balances sum to {supply}, the supply is {}", self.genesis.supply);
        Err(CoreError::with(ErrorCode::SupplyBroken, why))
    }
}

/// A group's part of a shard's table: see `Block::write_receipts`.
struct Group<'a> {
    first: u32,
    ids: &'a [u8],
    leaves: &'a [Hash],
    receipts: &'a [u8],
}

impl<'a> Group<'a> {
    fn read(table: &mut Reader<'a>) -> CoreResult<Self> {
        let (first, count) = (table.u32()?, table.u32()? as usize);
        let bytes = count.checked_mul(32).ok_or_else(|| malformed("too many transactions"))?;
        let ids = table.bytes(bytes)?;
        let (leaves, _) = table.bytes(bytes)?.as_chunks();
        Ok(Group { first, ids, leaves, receipts: table.sized()? })
    }
}
