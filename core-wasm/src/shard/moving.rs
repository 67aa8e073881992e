//! Slots on their way from one shard to another, between two blocks.

use super::coordinator::Coordinator;
use super::Shard;
use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;
use crate::tree::{Key, Tree};
use crate::wire::{put_sized, Reader};

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, why)
}

impl Shard {
    /// Gives a slot away, with what waits of its senders: `slot (u8) | leaves
    /// (u32) | per leaf: length (u32) | key | length (u32) | value | envelopes`.
    /// The parts of batches that it keeps are to be learnt again. Errors:
    /// `MESSAGE_MALFORMED` where the slot is another shard's, a block is under way
    /// or something in the slot is in no checkpoint yet; `PAGE_MISSING` where
    /// [`Shard::missing_of_slot`] has pages; then nothing has changed.
    pub fn export_slot(&mut self, slot: u8) -> CoreResult<Vec<u8>> {
        let tree = &mut self.state.slot_mut(slot)?.tree;
        if self.block.is_some() || tree.is_changed() {
            return Err(malformed(format!("slot {slot} is being changed")));
        }
        let leaves: Vec<_> = tree.leaves().collect::<CoreResult<_>>()?;
        let mut table = vec![slot];
        table.extend_from_slice(&(leaves.len() as u32).to_le_bytes());
        for (key, value) in leaves {
            put_sized(&mut table, key.bytes());
            put_sized(&mut table, value);
        }
        self.state.release(slot)?;
        self.mempool.withdraw_bucket(slot, &mut table);
        self.known.clear();
        Ok(table)
    }

    /// Owns a slot from here on, as another shard has given it away. Errors:
    /// `MESSAGE_MALFORMED`, `PAGE_MALFORMED`.
    pub fn import_slot(&mut self, table: &[u8]) -> CoreResult<()> {
        let mut table = Reader(table);
        let slot = table.u8()?;
        if self.state.owns(slot) || self.block.is_some() {
            return Err(malformed(format!("slot {slot} cannot be taken now")));
        }
        let mut tree = Tree::default();
        for _ in 0..table.u32()? {
            let key = Key::from_bytes(table.sized()?).ok_or_else(|| malformed("not a key"))?;
            tree.insert(&key, table.sized()?)?;
        }
        tree.set_checkpoint()?;
        self.state.adopt(slot, tree)?;
        self.known.clear();
        // They were admitted once. What finds no room here is submitted again by
        // whoever wants it.
        self.submit(table.0).map(drop)
    }
}

impl Coordinator {
    /// A slot belongs to another shard from here on. Errors: `MESSAGE_MALFORMED`.
    pub fn move_slot(&mut self, slot: u8, shard: usize) -> CoreResult<()> {
        if shard >= self.shards {
            return Err(malformed(format!("there are {} shards", self.shards)));
        }
        self.shard_of[usize::from(slot)] = shard;
        Ok(())
    }
}
