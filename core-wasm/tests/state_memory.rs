//! What accounts cost in memory, counted by the allocator itself.

use rustorium_core::ledger::account::{Account, Lane};
use rustorium_core::state::{State, StateLoader};
use rustorium_core::tree::Tree;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
/// What an allocator adds to each piece, generously.
const HEADER: usize = 16;

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.fetch_add(layout.size() + HEADER, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size() + HEADER, Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ACCOUNTS: u64 = 1_000_000;
const BYTES_MAX: usize = 300;

fn address(number: u64) -> [u8; 32] {
    *blake3::hash(&number.to_le_bytes()).as_bytes()
}

/// An account as a busy one is: five lanes in use for every hundredth.
fn account(number: u64, nonce: u64) -> Account {
    let lanes = if number.is_multiple_of(100) { 5 } else { 1 };
    let lanes = (0..lanes).map(|lane| Lane { lane, nonce }).collect();
    Account { balance: 1_000_000_000 + number, key: None, lanes }
}

/// Bytes per account that came since, having held the estimate against them.
fn each(before: usize, state: &State) -> usize {
    let taken = TAKEN.load(Ordering::Relaxed) - before;
    let estimate = state.memory();
    assert!(estimate > taken * 9 / 10 && estimate < taken * 12 / 10, "{estimate} for {taken}");
    taken / ACCOUNTS as usize
}

#[test]
fn a_million_accounts_take_less_than_300_bytes_each_however_they_came() {
    let slots: Vec<u8> = (0..=255).collect();
    let before = TAKEN.load(Ordering::Relaxed);
    let mut state = StateLoader::new(&slots);
    for slot in &slots {
        for page in Tree::default().changed_pages().unwrap() {
            state.add(*slot, &page.name, &page.bytes).unwrap();
        }
    }
    let mut state = state.finish().unwrap();
    let mut used = Account::default();
    for number in 0..ACCOUNTS {
        let address = address(number);
        let slot = state.slot_mut(rustorium_core::address::slot_of(&address)).unwrap();
        slot.credit(&address, 1_000_000_000 + number, &mut used).unwrap();
        let leaf = slot.find(&address).unwrap().unwrap();
        slot.write(leaf, &account(number, 300));
    }
    state.roots();
    let inserted = each(before, &state);
    assert!(inserted < BYTES_MAX, "{inserted} bytes for each account that was inserted");

    let mut loader = StateLoader::new(&slots);
    let pages: Vec<_> = state
        .owned_mut()
        .map(|(number, slot)| (number, slot.tree.changed_pages().unwrap()))
        .collect();
    let root = state.roots();
    drop(state);
    let before = TAKEN.load(Ordering::Relaxed);
    for (slot, pages) in &pages {
        // The one of the empty slot is gone.
        for page in pages.iter().filter(|page| !page.bytes.is_empty()) {
            loader.add(*slot, &page.name, &page.bytes).unwrap();
        }
    }
    let mut state = loader.finish().unwrap();
    let loaded = each(before, &state);
    assert!(loaded < BYTES_MAX, "{loaded} bytes for each account that was loaded");
    assert_eq!(state.roots(), root);

    let half = state.memory() / 2;
    assert!(state.evict(half) <= half);
    let left = TAKEN.load(Ordering::Relaxed) - before;
    assert!(left < half * 11 / 10, "{left} bytes, not {half}");
}
