//! What waits of one sender.

use crate::address::Address;
use std::collections::VecDeque;

/// Transactions of one lane: nonce and entry, ascending by nonce.
#[derive(Clone, Debug)]
pub(super) struct LaneQueue {
    pub lane: u32,
    pub waiting: VecDeque<(u64, u32)>,
}

impl LaneQueue {
    pub fn position(&self, nonce: u64) -> Result<usize, usize> {
        match self.waiting.back() {
            // Most come in order.
            Some((last, _)) if *last < nonce => Err(self.waiting.len()),
            _ => self.waiting.binary_search_by_key(&nonce, |(nonce, _)| *nonce),
        }
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

    /// The queue of a lane, made if there is none.
    pub fn lane_mut(&mut self, lane: u32) -> &mut LaneQueue {
        let at = self.position(lane).unwrap_or_else(|at| {
            self.lanes.insert(at, LaneQueue { lane, waiting: VecDeque::new() });
            at
        });
        &mut self.lanes[at]
    }

    /// The entry with that nonce.
    pub fn entry(&self, lane: u32, nonce: u64) -> Option<u32> {
        let queue = self.lane(lane)?;
        queue.position(nonce).ok().map(|at| queue.waiting[at].1)
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
