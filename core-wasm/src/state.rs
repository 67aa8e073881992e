//! The slots that one shard owns.
#![forbid(unsafe_code)]

use crate::address::{slot_of, Address};
use crate::error::{CoreError, CoreResult};
use crate::genesis::Genesis;
use crate::hash::Hash;
use crate::ledger::account::{balance_of, Account};
use crate::proto::ErrorCode;
use crate::tree::{hash_trees, Key, LeafId, Name, PageLoader, Tree};

/// Slots of the key space.
pub const SLOTS: usize = 256;

/// The accounts of one slot and the sum of their balances.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// Keys and values; write accounts through the slot, which keeps count.
    pub tree: Tree,
    supply: u64,
    scratch: Vec<u8>,
}

impl Slot {
    fn loaded(tree: Tree) -> CoreResult<Slot> {
        let mut supply = 0u64;
        let mut account = Account::default();
        for leaf in tree.leaves() {
            let (key, value) = leaf?;
            if key.address().is_some() {
                account.decode_into(value)?;
                supply = supply.checked_add(account.balance).ok_or_else(|| {
                    CoreError::with(ErrorCode::PageMalformed, "balances sum to more than 2^64 - 1")
                })?;
            }
        }
        Ok(Slot { tree, supply, scratch: Vec::new() })
    }

    /// Sum of the balances.
    pub fn supply(&self) -> u64 {
        self.supply
    }

    /// Where the account of an address is. Errors: `PAGE_MISSING`.
    pub fn find(&self, address: &Address) -> CoreResult<Option<LeafId>> {
        self.tree.find(&Key::account(address))
    }

    /// Decodes a found account. Errors: `PAGE_MALFORMED`, which what was loaded
    /// or written here never is.
    pub fn read(&self, leaf: LeafId, account: &mut Account) -> CoreResult<()> {
        account.decode_into(self.tree.value(leaf))
    }

    /// Overwrites a found account, which has a balance or a lane.
    pub fn write(&mut self, leaf: LeafId, account: &Account) {
        let before = balance_of(self.tree.value(leaf));
        self.count(before, account.balance);
        self.scratch.clear();
        account.encode_into(&mut self.scratch);
        self.tree.replace(leaf, &self.scratch);
    }

    /// Adds to a balance, making the account if there is none. The sum of all
    /// balances and of all messages under way is the supply, at most 2^63 - 1:
    /// the addition cannot overflow, but a fault elsewhere could make it, and
    /// then it says so. Errors: `SUPPLY_BROKEN`, `PAGE_MISSING`; then nothing
    /// was added.
    pub fn credit(&mut self, to: &Address, amount: u64, account: &mut Account) -> CoreResult<()> {
        let Some(leaf) = self.find(to)? else {
            self.scratch.clear();
            Account { balance: amount, ..Account::default() }.encode_into(&mut self.scratch);
            self.tree.insert(&Key::account(to), &self.scratch)?;
            self.count(0, amount);
            return Ok(());
        };
        self.read(leaf, account)?;
        account.balance = account.balance.checked_add(amount).ok_or_else(|| {
            CoreError::with(ErrorCode::SupplyBroken, "a balance is beyond 2^64 - 1")
        })?;
        self.write(leaf, account);
        Ok(())
    }

    /// `before` is part of `supply`. Wrapping, so that a fault is never hidden by
    /// a bound: modulo 2^64 the sum stays exact, and it is compared each block.
    fn count(&mut self, before: u64, after: u64) {
        self.supply = self.supply.wrapping_sub(before).wrapping_add(after);
    }
}

/// A subset of the 256 slots.
#[derive(Clone, Debug)]
pub struct State {
    slots: Vec<Option<Slot>>,
    /// The slot that pages are taken out of next.
    hand: u8,
}

/// A page of a slot.
pub type PageOf = (u8, Name);

fn not_owned(slot: u8) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, format!("slot {slot} belongs to another shard"))
}

impl State {
    /// The first state of a chain. Errors: `GENESIS_INVALID`.
    pub fn genesis(genesis: &Genesis, owned: &[u8]) -> CoreResult<State> {
        let mut state = State { slots: vec![None; SLOTS], hand: 0 };
        for slot in owned {
            state.slots[usize::from(*slot)] = Some(Slot::default());
        }
        let mut account = Account::default();
        for (address, balance) in &genesis.accounts {
            if let Ok(slot) = state.slot_mut(slot_of(address)) {
                slot.credit(address, *balance, &mut account)?;
            }
        }
        Ok(state)
    }

    /// The slots owned, ascending.
    pub fn owned(&self) -> impl Iterator<Item = (u8, &Slot)> {
        (0u8..=255).zip(&self.slots).filter_map(|(number, slot)| Some((number, slot.as_ref()?)))
    }

    /// The slots owned, ascending.
    pub fn owned_mut(&mut self) -> impl Iterator<Item = (u8, &mut Slot)> {
        (0u8..=255).zip(&mut self.slots).filter_map(|(number, slot)| Some((number, slot.as_mut()?)))
    }

    /// Whether the slot is in this part of the state.
    pub fn owns(&self, slot: u8) -> bool {
        self.slots[usize::from(slot)].is_some()
    }

    /// A slot that is owned. Errors: `MESSAGE_MALFORMED`.
    pub fn slot(&self, slot: u8) -> CoreResult<&Slot> {
        self.slots[usize::from(slot)].as_ref().ok_or_else(|| not_owned(slot))
    }

    /// A slot that is owned. Errors: `MESSAGE_MALFORMED`.
    pub fn slot_mut(&mut self, slot: u8) -> CoreResult<&mut Slot> {
        self.slots[usize::from(slot)].as_mut().ok_or_else(|| not_owned(slot))
    }

    /// Gives a slot up. Errors: `MESSAGE_MALFORMED`.
    pub fn release(&mut self, slot: u8) -> CoreResult<Slot> {
        self.slots[usize::from(slot)].take().ok_or_else(|| not_owned(slot))
    }

    /// Owns a slot from here on. Errors: `PAGE_MALFORMED`.
    pub fn adopt(&mut self, slot: u8, tree: Tree) -> CoreResult<()> {
        self.slots[usize::from(slot)] = Some(Slot::loaded(tree)?);
        Ok(())
    }

    /// Sum of the balances here, modulo 2^64.
    pub fn supply(&self) -> u64 {
        self.owned().fold(0, |sum, (_, slot)| slot.supply.wrapping_add(sum))
    }

    /// The roots of the slots owned, ascending: hashed together, which is faster.
    pub fn roots(&mut self) -> Vec<(u8, Hash)> {
        hash_trees(self.owned_mut().map(|(_, slot)| &mut slot.tree));
        self.owned_mut().map(|(number, slot)| (number, slot.tree.root())).collect()
    }

    /// Bytes of memory that the state takes, all told.
    pub fn memory(&self) -> usize {
        let scratch = |slot: &Slot| slot.scratch.capacity() + size_of::<Option<Slot>>();
        self.owned().map(|(_, slot)| slot.tree.memory() + scratch(slot)).sum()
    }

    /// Pages that must be loaded before these accounts of owned slots can be
    /// touched, each once.
    pub fn missing<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Vec<PageOf> {
        let mut pages: Vec<PageOf> = addresses
            .into_iter()
            .filter_map(|address| {
                let slot = slot_of(address);
                let tree = &self.slots[usize::from(slot)].as_ref()?.tree;
                Some((slot, tree.missing(&Key::account(address))?))
            })
            .collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// Pages that must be loaded before the next checkpoint.
    pub fn missing_for_checkpoint(&mut self) -> Vec<PageOf> {
        self.owned_mut()
            .flat_map(|(number, slot)| {
                let names = slot.tree.missing_for_checkpoint().into_iter();
                names.map(move |name| (number, name))
            })
            .collect()
    }

    /// Puts a page back that was taken out. Errors: `MESSAGE_MALFORMED` for a
    /// slot that is not owned, `PAGE_MALFORMED`.
    pub fn load_page(&mut self, slot: u8, name: &[u8], bytes: &[u8]) -> CoreResult<()> {
        self.slot_mut(slot)?.tree.load_page(name, bytes)
    }

    /// Takes pages out until at most `target` bytes of memory are taken, or
    /// nothing more can go: what changed since the last finished checkpoint
    /// stays, and what was used since the last call goes last. Only between
    /// blocks. Gives the bytes that are taken.
    pub fn evict(&mut self, target: usize) -> usize {
        let mut memory = self.memory();
        // The first round may find everything used.
        for _ in 0..2 * SLOTS {
            if memory <= target {
                break;
            }
            if let Some(slot) = &mut self.slots[usize::from(self.hand)] {
                let before = slot.tree.memory();
                slot.tree.evict(memory - target);
                memory = (memory + slot.tree.memory()).saturating_sub(before);
            }
            self.hand = self.hand.wrapping_add(1);
        }
        memory
    }

    /// Begins a checkpoint of the present state in every slot. Blocks may go on
    /// while it is read by [`Tree::next_page`]. Errors: `PAGE_MISSING`; then it
    /// has to be begun again.
    pub fn begin_checkpoint(&mut self) -> CoreResult<()> {
        if let Some((slot, name)) = self.missing_for_checkpoint().first() {
            let why = format!("page {name:?} of slot {slot}");
            return Err(CoreError::with(ErrorCode::PageMissing, why));
        }
        self.owned_mut().try_for_each(|(_, slot)| slot.tree.begin_checkpoint())
    }

    /// The checkpoint that was begun is durable (or, not so, came to nothing).
    pub fn end_checkpoint(&mut self, is_durable: bool) {
        for (_, slot) in self.owned_mut() {
            if is_durable {
                slot.tree.end_checkpoint();
            } else {
                slot.tree.abort_checkpoint();
            }
        }
    }
}

/// Makes a state of the pages of a checkpoint.
#[derive(Clone, Debug)]
pub struct StateLoader {
    slots: Vec<Option<PageLoader>>,
}

impl StateLoader {
    /// For the slots of one shard.
    pub fn new(owned: &[u8]) -> StateLoader {
        let mut slots = vec![None; SLOTS];
        for slot in owned {
            slots[usize::from(*slot)] = Some(PageLoader::default());
        }
        StateLoader { slots }
    }

    /// Takes a page; pages of other shards' slots are passed over. Errors:
    /// `PAGE_MALFORMED`.
    pub fn add(&mut self, slot: u8, name: &[u8], bytes: &[u8]) -> CoreResult<()> {
        match &mut self.slots[usize::from(slot)] {
            Some(loader) => loader.add(name, bytes),
            None => Ok(()),
        }
    }

    /// The state, if all pages came. Errors: `PAGE_MALFORMED`.
    pub fn finish(self) -> CoreResult<State> {
        let slots = self
            .slots
            .into_iter()
            .map(|loader| loader.map(|loader| Slot::loaded(loader.finish()?)).transpose())
            .collect::<CoreResult<_>>()?;
        Ok(State { slots, hand: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_counts_its_supply_however_accounts_change() {
        let mut slot = Slot::default();
        let mut account = Account::default();
        slot.credit(&[1; 32], 10, &mut account).unwrap();
        slot.credit(&[2; 32], 5, &mut account).unwrap();
        slot.credit(&[1; 32], 7, &mut account).unwrap();
        let leaf = slot.find(&[2; 32]).unwrap().unwrap();
        slot.read(leaf, &mut account).unwrap();
        account.balance -= 4;
        slot.write(leaf, &account);
        assert_eq!(slot.supply(), 18);
        let error = slot.credit(&[1; 32], u64::MAX, &mut account).unwrap_err();
        assert_eq!(error.code, ErrorCode::SupplyBroken);
    }
}
