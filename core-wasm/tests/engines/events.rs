//! What happens when. Equal times keep the order of insertion.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

#[derive(Clone)]
pub enum Event {
    Vote(Vec<u8>),
    Proposal(Vec<u8>),
    Certificate(Vec<u8>),
    Block { height: u64, round: u32, valid_round: Option<u32>, proposer: Vec<u8>, id: Vec<u8> },
    Timer { key: (u8, u32), token: u64, height: u64 },
    Build { height: u64, round: u32 },
    Start { height: u64 },
}

#[derive(Default)]
pub struct Queue {
    order: BinaryHeap<Reverse<(u64, u64)>>,
    events: BTreeMap<u64, (usize, u64, Event)>,
    count: u64,
}

impl Queue {
    pub fn push(&mut self, at_ms: u64, node: usize, epoch: u64, event: Event) {
        self.count += 1;
        self.order.push(Reverse((at_ms, self.count)));
        self.events.insert(self.count, (node, epoch, event));
    }

    pub fn pop(&mut self) -> Option<(u64, usize, u64, Event)> {
        let Reverse((at_ms, count)) = self.order.pop()?;
        let (node, epoch, event) = self.events.remove(&count)?;
        Some((at_ms, node, epoch, event))
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}
