//! One shard's part of a batch: what stands in the sections of its slots.

use super::receipt::Outcome;
use crate::address::Address;
use crate::batch::{Payload, Section};
use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::ledger::Terms;
use crate::mempool::Assembled;
use crate::proto::{ErrorCode, Parameters};
use crate::state::State;
use crate::transaction::{chain_tag, check_body, CheckedBody, Envelope};
use std::ops::Range;

/// A transaction that is wrong in itself, by its place in the batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The slot of its section.
    pub slot: u8,
    /// Its index there.
    pub index: u32,
    /// What is wrong.
    pub error: CoreError,
}

#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub id: Hash,
    pub terms: Terms,
    pub transfers: Range<usize>,
    pub outcome: Outcome,
}

/// The transactions of one slot.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub slot: u8,
    pub transactions: Range<usize>,
    /// What they use together, were all executed.
    pub gas: u64,
}

/// A part that has been read: execution needs nothing else of its bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// Ascending by slot.
    pub groups: Vec<Group>,
    pub transactions: Vec<Transaction>,
    pub transfers: Vec<(Address, u64)>,
}

/// Errors: `BATCH_MALFORMED`.
fn check_owner(mut slots: impl Iterator<Item = u8>, state: &State) -> CoreResult<()> {
    match slots.find(|slot| !state.owns(*slot)) {
        None => Ok(()),
        Some(slot) => {
            let why = format!("slot {slot} belongs to another shard");
            Err(CoreError::with(ErrorCode::BatchMalformed, why))
        }
    }
}

impl Part {
    /// Reads all of a part, which is a payload of this shard's slots alone, or
    /// nothing; `seen` hears of each envelope with its id and place.
    /// The outer error is of the part's layout, the inner one of the first
    /// transaction that is none. Signatures are not checked.
    pub fn read<'a>(
        bytes: &'a [u8],
        state: &State,
        genesis_hash: &Hash,
        parameters: &Parameters,
        mut seen: impl FnMut(Envelope<'a>, Hash, u8, u32),
    ) -> CoreResult<Result<Part, Fault>> {
        let mut part = Part::default();
        if bytes.is_empty() {
            return Ok(Ok(part));
        }
        let payload = Payload::parse(bytes)?;
        check_owner(payload.sections().map(|section| section.slot), state)?;
        let mut transactions = payload.read(genesis_hash, |_| true)?.into_iter();
        for Section { slot, count, .. } in payload.sections() {
            let start = part.transactions.len();
            let mut gas = 0u64;
            let own = transactions.by_ref().take(count as usize);
            for (index, (envelope, id)) in (0..).zip(own) {
                let body = match check_body(chain_tag(genesis_hash), envelope.body()) {
                    Ok(body) => body,
                    Err(error) => return Ok(Err(Fault { slot, index, error })),
                };
                let bytes = envelope.bytes().len();
                let terms = Terms::new(envelope.sender(), &body, bytes, parameters);
                // What is beyond 2^64 is beyond the block's bound all the same.
                gas = gas.saturating_add(part.add(id, terms, &body));
                seen(envelope, id, slot, index);
            }
            let transactions = start..part.transactions.len();
            part.groups.push(Group { slot, transactions, gas });
        }
        Ok(Ok(part))
    }

    /// What this shard has assembled of its own mempool, where all is known but
    /// who gets how much.
    pub fn assembled(assembled: &Assembled, genesis_hash: &Hash) -> CoreResult<Part> {
        let Assembled { payload, known } = assembled;
        let mut part = Part::default();
        if payload.is_empty() {
            return Ok(part);
        }
        part.transactions.reserve_exact(known.len());
        part.transfers.reserve(known.len());
        let mut known = known.iter();
        for section in Payload::parse(payload)?.sections() {
            let start = part.transactions.len();
            let mut gas = 0u64;
            for (envelope, (id, terms)) in section.unplaced().zip(known.by_ref()) {
                let body = check_body(chain_tag(genesis_hash), envelope?.body())?;
                gas = gas.saturating_add(part.add(*id, *terms, &body));
            }
            let transactions = start..part.transactions.len();
            part.groups.push(Group { slot: section.slot, transactions, gas });
        }
        Ok(part)
    }

    /// Errors: `BATCH_MALFORMED` where a slot is another shard's by now.
    pub fn check_owner(&self, state: &State) -> CoreResult<()> {
        check_owner(self.groups.iter().map(|group| group.slot), state)
    }

    /// Gives the gas of the transaction.
    fn add(&mut self, id: Hash, terms: Terms, body: &CheckedBody<'_>) -> u64 {
        let start = self.transfers.len();
        self.transfers.extend(body.transfers().map(|(to, amount)| (*to, amount)));
        let transfers = start..self.transfers.len();
        self.transactions.push(Transaction { id, terms, transfers, outcome: Outcome::default() });
        terms.gas
    }
}
