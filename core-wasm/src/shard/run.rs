//! One slot's part of a block's first round.

use super::message::{Credit, Origin, Outbox};
use super::order::Turn;
use super::receipt::Outcome;
use crate::address::Address;
use crate::error::CoreResult;
use crate::ledger::account::Account;
use crate::ledger::{Rules, Terms};
use crate::proto::ErrorCode;
use crate::state::Slot;
use crate::tree::LeafId;

/// Executes transactions of the slot's senders, one after the other.
pub(super) struct SlotRun<'a> {
    pub rules: Rules<'a>,
    pub slot: &'a mut Slot,
    pub number: u8,
    pub gas_used: u64,
    pub fees: u64,
    pub account: Account,
    pub outbox: &'a mut Outbox,
}

impl SlotRun<'_> {
    pub fn turn(&self, place: u32, terms: &Terms) -> CoreResult<Turn> {
        let sender = self.slot.find(&terms.sender)?;
        Ok(Turn { sender, lane: terms.lane, nonce: terms.nonce, place })
    }

    pub fn execute(
        &mut self,
        index: u32,
        sender: Option<LeafId>,
        terms: &Terms,
        transfers: &[(Address, u64)],
    ) -> CoreResult<Outcome> {
        if let Some(fault) = self.rules.refuses(terms) {
            return Ok(Outcome::rejected(fault));
        }
        match sender {
            Some(leaf) => self.slot.read(leaf, &mut self.account)?,
            None => self.account = Account::default(),
        }
        let charge = match self.rules.charge(terms, &self.account) {
            Ok(charge) => charge,
            Err(fault) => return Ok(Outcome::rejected(fault)),
        };
        // Gas of one transaction is at most slot_gas_max: the sum fits.
        if self.gas_used + terms.gas > self.rules.parameters.slot_gas_max {
            return Ok(Outcome::rejected(ErrorCode::SlotFull));
        }
        // Without an account the balance is 0, and a fee is never 0.
        let Some(leaf) = sender else {
            return Ok(Outcome::rejected(ErrorCode::InsufficientBalance));
        };
        let taken = if charge.pays_amounts { charge.fee + terms.amounts } else { charge.fee };
        // At most the balance: see `Rules::charge`.
        self.account.balance -= taken;
        self.account.use_nonce(terms.lane);
        self.slot.write(leaf, &self.account);
        self.gas_used += terms.gas;
        self.fees += charge.fee;
        let fault = (!charge.pays_amounts).then_some(ErrorCode::InsufficientBalance);
        if fault.is_none() {
            self.send(index, transfers);
        }
        Ok(Outcome {
            fault,
            charged: fault.is_some(),
            gas_used: terms.gas,
            fee: charge.fee,
            messages_root: None,
        })
    }

    fn send(&mut self, transaction: u32, transfers: &[(Address, u64)]) {
        for (counter, (to, amount)) in (0..).zip(transfers) {
            let origin = Origin { transaction, source: self.number, counter };
            self.outbox.send(&Credit { origin, to: *to, amount: *amount });
        }
    }
}
