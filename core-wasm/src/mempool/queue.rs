//! What waits of one sender.

use super::few::Few;
use crate::address::Address;

/// Transactions of one lane.
#[derive(Clone, Debug, Default)]
pub(super) struct LaneQueue {
    /// Entries by nonce.
    pub waiting: Few<u64, u32>,
    /// The nonce that must leave next.
    pub next: u64,
}

impl LaneQueue {
    /// The entry with the highest nonce.
    pub fn tail(&self) -> Option<u32> {
        self.waiting.last().map(|(_, at)| *at)
    }

    /// Whether every nonce from `next` to below `nonce` is here.
    pub fn reaches(&self, nonce: u64) -> bool {
        let place = |nonce| self.waiting.place(nonce).unwrap_or_else(|place| place) as u64;
        nonce >= self.next && place(nonce) - place(self.next) == nonce - self.next
    }
}

#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub address: Address,
    pub slot: u8,
    /// None empty.
    pub lanes: Few<u32, LaneQueue>,
    pub count: usize,
    /// Sum of the most that each can cost: at most the balance when the last
    /// one came, so at most 2^63 - 1.
    pub cost: u64,
    /// The submission that last had something of it, and what that found out.
    pub seen: (u64, u32),
}

impl Sender {
    pub fn new(address: Address, slot: u8) -> Sender {
        Sender { address, slot, lanes: Few::default(), count: 0, cost: 0, seen: (0, 0) }
    }

    /// The entry with that nonce.
    pub fn entry(&self, lane: u32, nonce: u64) -> Option<u32> {
        self.lanes.get(lane)?.waiting.get(nonce).copied()
    }

    /// Takes an entry out of its lane.
    pub fn forget(&mut self, lane: u32, nonce: u64) {
        let Some(queue) = self.lanes.get_mut(lane) else { return };
        queue.waiting.remove(nonce);
        if queue.waiting.is_empty() {
            self.lanes.remove(lane);
        }
    }
}
