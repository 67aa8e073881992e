//! What waits of one sender.

use crate::address::Address;
use std::collections::VecDeque;

/// Transactions of one lane: nonce and entry, ascending by nonce.
#[derive(Clone, Debug)]
pub(super) struct LaneQueue {
    pub lane: u32,
    pub waiting: VecDeque<(u64, u32)>,
    /// The nonce that must leave next.
    pub next: u64,
}

impl LaneQueue {
    pub fn position(&self, nonce: u64) -> Result<usize, usize> {
        match self.waiting.back() {
            // Most come in order.
            Some((last, _)) if *last < nonce => Err(self.waiting.len()),
            _ => self.waiting.binary_search_by_key(&nonce, |(nonce, _)| *nonce),
        }
    }

    /// The entry with that nonce.
    pub fn at(&self, nonce: u64) -> Option<u32> {
        self.position(nonce).ok().map(|at| self.waiting[at].1)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub address: Address,
    pub slot: u8,
    /// Ascending by lane, none empty.
    pub lanes: Vec<LaneQueue>,
    pub count: usize,
    /// Sum of the most that each can cost: at most the balance when the last
    /// one came, so at most 2^63 - 1.
    pub cost: u64,
}

impl Sender {
    pub fn new(address: Address, slot: u8) -> Sender {
        Sender { address, slot, lanes: Vec::new(), count: 0, cost: 0 }
    }

    pub fn lane(&self, lane: u32) -> Option<&LaneQueue> {
        self.position(lane).ok().map(|at| &self.lanes[at])
    }

    pub fn find_mut(&mut self, lane: u32) -> Option<&mut LaneQueue> {
        self.position(lane).ok().map(|at| &mut self.lanes[at])
    }

    /// Makes the queue of a lane whose account's nonce is `next`, if there is none.
    pub fn open(&mut self, lane: u32, next: u64) {
        if let Err(at) = self.position(lane) {
            self.lanes.insert(at, LaneQueue { lane, waiting: VecDeque::new(), next });
        }
    }

    /// The entry with that nonce.
    pub fn entry(&self, lane: u32, nonce: u64) -> Option<u32> {
        self.lane(lane)?.at(nonce)
    }

    /// Takes an entry out of its lane.
    pub fn forget(&mut self, lane: u32, nonce: u64) {
        let Ok(lane_at) = self.position(lane) else { return };
        let queue = &mut self.lanes[lane_at];
        if let Ok(at) = queue.position(nonce) {
            queue.waiting.remove(at);
        }
        if queue.waiting.is_empty() {
            self.lanes.remove(lane_at);
        }
    }

    pub fn position(&self, lane: u32) -> Result<usize, usize> {
        self.lanes.binary_search_by_key(&lane, |queue| queue.lane)
    }
}
