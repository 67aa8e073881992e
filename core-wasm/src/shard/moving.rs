//! Slots on their way from one shard to another, between two blocks.

use super::coordinator::Coordinator;
use super::Shard;
use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;
use crate::tree::{Key, Standing, Tree};
use crate::wire::{put_sized, Reader};

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, why)
}

impl Shard {
    /// Gives a slot away, with what waits of its senders and what the next
    /// checkpoint is to know: `slot (u8) | leaves | per leaf: key, value | names
    /// | per name: name | keys | per key: key | envelopes`, counts as u32, all
    /// else with its length (u32) in front; names and keys are those of
    /// [`Standing`]. The parts of batches that it keeps are to be learnt again.
    /// Errors: `MESSAGE_MALFORMED` where the slot is another shard's, or a block
    /// or a checkpoint is under way; `PAGE_MISSING` where
    /// [`Shard::missing_of_slot`] has pages; then nothing has changed.
    pub fn export_slot(&mut self, slot: u8) -> CoreResult<Vec<u8>> {
        let tree = &mut self.state.slot_mut(slot)?.tree;
        if self.block.is_some() || tree.is_in_checkpoint() {
            return Err(malformed(format!("slot {slot} is being changed or written")));
        }
        let leaves: Vec<_> = tree.leaves().collect::<CoreResult<_>>()?;
        let mut table = vec![slot];
        put_count(&mut table, leaves.len());
        for (key, value) in leaves {
            put_sized(&mut table, key.bytes());
            put_sized(&mut table, value);
        }
        let Standing { names, changed } = tree.standing();
        put_count(&mut table, names.len());
        names.iter().for_each(|name| put_sized(&mut table, name));
        put_count(&mut table, changed.len());
        changed.iter().for_each(|key| put_sized(&mut table, key.bytes()));
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
            let key = read_key(&mut table)?;
            tree.insert(&key, table.sized()?)?;
        }
        let names = (0..table.u32()?).map(|_| Ok(table.sized()?.to_vec()));
        let names = names.collect::<CoreResult<_>>()?;
        let changed = (0..table.u32()?).map(|_| read_key(&mut table));
        let changed = changed.collect::<CoreResult<_>>()?;
        tree.resume(Standing { names, changed })?;
        self.state.adopt(slot, tree)?;
        self.known.clear();
        // They were admitted once. What finds no room here is submitted again by
        // whoever wants it.
        self.submit(table.0).map(drop)
    }
}

fn put_count(table: &mut Vec<u8>, count: usize) {
    table.extend_from_slice(&(count as u32).to_le_bytes());
}

fn read_key(table: &mut Reader) -> CoreResult<Key> {
    Key::from_bytes(table.sized()?).ok_or_else(|| malformed("not a key"))
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
