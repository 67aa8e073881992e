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
    /// How many of them blocks could take as they come.
    pub takeable: usize,
}

impl LaneQueue {
    /// The entry with the highest nonce.
    pub fn tail(&self) -> Option<u32> {
        self.waiting.last().map(|(_, at)| *at)
    }

    /// How many are on their way: those before `next`.
    pub fn on_way(&self) -> usize {
        self.waiting.place(self.next).unwrap_or_else(|place| place)
    }

    /// How many those are with all that join them without a gap.
    pub fn joined(&self) -> usize {
        let on_way = self.on_way();
        let is_joined = |place: usize| {
            let nonce = self.waiting.iter_from(place).next().map(|(nonce, _)| *nonce);
            nonce == Some(self.next + (place - on_way) as u64)
        };
        let (mut joined, mut end) = (on_way, self.waiting.len());
        // Most lanes have no gap.
        if end > on_way && is_joined(end - 1) {
            return end;
        }
        // Behind a gap all nonces are too high.
        while joined < end {
            let middle = (joined + end) / 2;
            if is_joined(middle) {
                joined = middle + 1;
            } else {
                end = middle;
            }
        }
        joined
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
