//! Who leaves, or comes back from a batch.

use super::Mempool;
use crate::batch::Payload;
use crate::hash::Hash;
use crate::ledger::Terms;
use crate::proto::ErrorCode;

impl Mempool {
    /// Gives the transactions of a payload that was not decided back. What
    /// cannot be read of it was not ours.
    pub fn release(&mut self, payload: &[u8], genesis_hash: &Hash) {
        let Ok(payload) = Payload::parse(payload) else { return };
        for envelope in payload.envelopes().map_while(Result::ok) {
            self.give_back(&envelope.id(genesis_hash));
        }
    }

    /// Takes note of what became of a transaction in a block.
    pub fn settle(&mut self, id: &Hash, terms: &Terms, fault: Option<ErrorCode>, is_charged: bool) {
        if is_charged {
            self.use_up(terms);
        } else if matches!(fault, Some(ErrorCode::SlotFull | ErrorCode::NonceTooFar)) {
            // Its time may come with the next block.
            self.give_back(id);
        } else if let Some(entry) = self.by_id.get(id) {
            self.remove(*entry);
        }
    }

    /// Ends a block: removes what none above `height` can take.
    pub fn expire(&mut self, height: u64) {
        self.resting.end_block(height);
        while let Some((valid_until, entry)) = self.expiry.first().copied() {
            if valid_until > height {
                return;
            }
            self.remove(entry);
        }
    }

    fn give_back(&mut self, id: &Hash) {
        if let Some(entry) = self.by_id.get(id) {
            self.come_back(*entry);
        }
    }

    /// Removes what the executed transaction leaves no nonce for: itself, or
    /// another with its nonce, and those before it.
    fn use_up(&mut self, terms: &Terms) {
        let Some(sender) = self.by_address.get(&terms.sender).copied() else { return };
        if let Some(sender) = self.senders.get(sender) {
            self.resting.moves(sender.slot);
        }
        self.used(sender, terms.lane, terms.nonce);
        while let Some(entry) = self.first_up_to(sender, terms) {
            self.unrest(entry);
            self.forget(entry);
        }
    }

    fn first_up_to(&self, sender: u32, terms: &Terms) -> Option<u32> {
        let queue = self.senders.get(sender)?.lane(terms.lane)?;
        let (nonce, entry) = queue.waiting.front()?;
        (*nonce <= terms.nonce).then_some(*entry)
    }
}
