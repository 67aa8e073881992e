//! The state's pages: checkpoints, and what leaves memory and comes back.

use super::{out_of_turn, Credit, Shard, FEES};
use crate::address::system_account;
use crate::error::CoreResult;
use crate::state::PageOf;
use crate::transaction::Envelope;
use crate::tree::Page;
use crate::wire::{put_sized, Reader};

fn page_table(pages: impl IntoIterator<Item = PageOf>) -> Vec<u8> {
    let mut table = Vec::new();
    for (slot, name) in pages {
        table.push(slot);
        put_sized(&mut table, &name);
    }
    table
}

impl Shard {
    /// Begins a checkpoint of the present height: blocks may go on while
    /// [`Shard::checkpoint_pages`] is read to its end. Until then, and until
    /// [`Shard::end_checkpoint`], none else is begun. Errors: `PAGE_MISSING`;
    /// load [`Shard::missing_for_checkpoint`] first.
    pub fn begin_checkpoint(&mut self) -> CoreResult<()> {
        self.state.begin_checkpoint()
    }

    /// The next pages of a slot that differ from the last checkpoint, as they were
    /// when this one began, each as `length (u32) | name | length (u32) | bytes`
    /// (no bytes: the page is gone): one at least, then more up to about so many
    /// bytes; nothing when all were given.
    pub fn checkpoint_pages(&mut self, slot: u8, bytes: usize) -> CoreResult<Vec<u8>> {
        let mut table = Vec::new();
        let tree = &mut self.state.slot_mut(slot)?.tree;
        while table.is_empty() || table.len() < bytes {
            let Some(Page { name, bytes }) = tree.next_page()? else { break };
            put_sized(&mut table, &name);
            put_sized(&mut table, &bytes);
        }
        Ok(table)
    }

    /// The checkpoint is durable; or it came to nothing, and the next one gives
    /// its pages again.
    pub fn end_checkpoint(&mut self, is_durable: bool) {
        self.state.end_checkpoint(is_durable);
    }

    /// Bytes of memory that the state takes.
    pub fn state_memory(&self) -> usize {
        self.state.memory()
    }

    /// Takes pages out of memory until the state takes at most `target` bytes
    /// or nothing more can go; gives the bytes that it takes. Only between
    /// blocks. Whoever calls this loads what is missing before every call that
    /// touches accounts, or has `PAGE_MISSING` for an answer.
    pub fn evict(&mut self, target: usize) -> usize {
        self.state.evict(target)
    }

    /// Pages that must be loaded before accounts of these addresses (32 bytes
    /// each) in owned slots are touched: `slot (u8) | length (u32) | name`.
    pub fn missing(&self, addresses: &[u8]) -> Vec<u8> {
        let (addresses, _) = addresses.as_chunks();
        page_table(self.state.missing(addresses))
    }

    /// The same for [`Shard::submit`].
    pub fn missing_for_submit(&self, envelopes: &[u8]) -> Vec<u8> {
        let mut senders = Vec::new();
        let mut rest = envelopes;
        while let Ok((envelope, tail)) = Envelope::split_first(rest) {
            senders.push(*envelope.sender());
            rest = tail;
        }
        page_table(self.state.missing(&senders))
    }

    /// The same for [`Shard::run`] and [`Shard::end_block`] of the block that
    /// was begun.
    pub fn missing_for_block(&self) -> CoreResult<Vec<u8>> {
        let block = self.block.as_ref().ok_or_else(out_of_turn)?;
        let fees = system_account(FEES);
        let transactions = block.parts.iter().flat_map(|part| &part.transactions);
        let senders = transactions.map(|transaction| &transaction.terms.sender);
        Ok(page_table(self.state.missing(senders.chain([&fees]))))
    }

    /// The same for [`Shard::deliver`].
    pub fn missing_for_inbox(&self, inbox: &[u8]) -> CoreResult<Vec<u8>> {
        let mut inbox = Reader(inbox);
        let mut receivers = Vec::new();
        while !inbox.is_empty() {
            inbox.u8()?;
            receivers.push(Credit::decode(inbox.sized()?)?.to);
        }
        Ok(page_table(self.state.missing(&receivers)))
    }

    /// The same for [`Shard::begin_checkpoint`].
    /// Gives up a checkpoint that was begun and not ended.
    pub fn missing_for_checkpoint(&mut self) -> Vec<u8> {
        page_table(self.state.missing_for_checkpoint())
    }

    /// The same for [`Shard::accounts`], and for proofs of absence: every page
    /// of the slot that is not here.
    pub fn missing_of_slot(&self, slot: u8) -> CoreResult<Vec<u8>> {
        let names = self.state.slot(slot)?.tree.all_missing();
        Ok(page_table(names.into_iter().map(|name| (slot, name))))
    }

    /// Puts a page of the last checkpoint back into memory. One that is there is
    /// passed over. Errors: `PAGE_MALFORMED` for other bytes than were taken out.
    pub fn load_page(&mut self, slot: u8, name: &[u8], bytes: &[u8]) -> CoreResult<()> {
        self.state.load_page(slot, name, bytes)
    }
}
