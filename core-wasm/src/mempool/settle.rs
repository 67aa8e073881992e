//! Who leaves, or comes back from a batch.

use super::Mempool;
use crate::batch::Payload;
use crate::error::CoreResult;
use crate::hash::Hash;
use crate::ledger::account::Account;
use crate::ledger::Terms;
use crate::proto::ErrorCode;
use crate::state::State;

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
        // Its time may come with a later block.
        let comes_back = |fault| {
            matches!(fault, ErrorCode::SlotFull | ErrorCode::NonceTooFar | ErrorCode::FeeTooLow)
        };
        let own = self.find(id);
        if is_charged {
            self.taken += u64::from(own.is_some());
            self.use_up(own, terms);
        } else if let Some(at) = own {
            if fault.is_some_and(comes_back) {
                self.come_back(at);
            } else {
                self.remove(at);
            }
        }
    }

    /// Ends a block: removes what none above `height` can take, and what its
    /// sender can no longer pay in the state after it.
    pub fn end_block(&mut self, height: u64, state: &State) -> CoreResult<()> {
        self.expire(height);
        self.rest_if_roomy();
        let mut account = Account::default();
        for at in std::mem::take(&mut self.shaken) {
            let Some(sender) = self.senders.get(at) else { continue };
            // Of another shard by now.
            let Ok(slot) = state.slot(sender.slot) else { continue };
            match slot.find(&sender.address)? {
                Some(leaf) => slot.read(leaf, &mut account)?,
                None => account = Account::default(),
            }
            self.fit(at, account.balance);
        }
        Ok(())
    }

    pub(super) fn expire(&mut self, height: u64) {
        self.resting.end_block(height);
        while let Some(at) = self.expiry.first_up_to(height) {
            self.remove(at);
        }
    }

    /// Drops the sender's newest until the balance covers the others. What is on
    /// its way is left to the block that decides about it.
    fn fit(&mut self, sender: u32, balance: u64) {
        loop {
            let Some(one) = self.senders.get(sender).filter(|one| one.cost > balance) else {
                return;
            };
            let tails = one.lanes.iter().filter_map(|(_, lane)| lane.tail());
            let waiting = tails.filter_map(|at| Some((self.entries.get(at)?, at)));
            let newest =
                waiting.filter(|(entry, _)| !entry.reserved).max_by_key(|(entry, _)| entry.number);
            match newest {
                Some((_, at)) => self.remove(at),
                None => return,
            }
        }
    }

    fn give_back(&mut self, id: &Hash) {
        if let Some(at) = self.find(id) {
            self.come_back(at);
        }
    }

    /// Removes what the executed transaction leaves no nonce for: itself, or
    /// another with its nonce, and those before it.
    fn use_up(&mut self, own: Option<u32>, terms: &Terms) {
        let entry = own.and_then(|at| self.entries.get(at));
        let sender = match entry {
            Some(entry) => entry.sender,
            None => match self.find_sender(&terms.sender) {
                Some(sender) => sender,
                None => return,
            },
        };
        if let Some(sender) = self.senders.get(sender) {
            self.resting.moves(sender.slot);
        }
        self.used(sender, terms.lane, terms.nonce);
        while let Some(at) = self.first_up_to(sender, terms) {
            self.unrest(at);
            self.forget(at);
        }
        // What an own one takes was counted as its cost.
        if own.is_none() && self.shaken.last() != Some(&sender) {
            self.shaken.push(sender);
        }
    }

    fn first_up_to(&self, sender: u32, terms: &Terms) -> Option<u32> {
        let (nonce, at) = self.lane(sender, terms.lane)?.waiting.first()?;
        (*nonce <= terms.nonce).then_some(*at)
    }
}
