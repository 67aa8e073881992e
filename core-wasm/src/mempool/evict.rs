//! Who makes room in a full mempool.
//!
//! A lane is worth what its head pays above the base fee: nothing behind it can
//! leave before it does. It is worth nothing where a nonce is missing, or the
//! head does not pay the base fee. The last of the lane that is worth least
//! goes first, so that what stays of a lane can be used; among equals the
//! newest goes. What is on its way stays, and so does what is before it.

use super::queue::LaneQueue;
use super::{Limits, Mempool};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// `None`: cannot leave as things stand. Otherwise what it pays per unit of gas
/// above the base fee.
pub(super) type Worth = Option<u64>;

/// The last of a lane. The greatest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Victim {
    pub worth: Reverse<Worth>,
    pub number: u64,
    pub entry: u32,
}

/// Every lane's last, and what once was one. Kept only from when the mempool
/// was full until it has room again.
#[derive(Clone, Debug, Default)]
pub(super) struct Worst(Option<BinaryHeap<Victim>>);

/// Stale ones that there may be in any case.
const STALE_MIN: usize = 1_024;

impl Worst {
    pub fn forget(&mut self) {
        self.0 = None;
    }

    fn push(&mut self, victim: Victim) {
        if let Some(heap) = &mut self.0 {
            heap.push(victim);
        }
    }
}

/// Room that is made for newcomers, as long as nothing is done about it.
#[derive(Debug, Default)]
pub(super) struct Plan {
    newcomers: usize,
    bytes: usize,
    /// Who goes, in this order: no lane loses what is before its last. With a
    /// victim where it came from.
    doomed: Vec<(u32, Option<(Victim, Source)>)>,
    doomed_bytes: usize,
    /// Those before victims in their lanes.
    next: BinaryHeap<Victim>,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Worst,
    Next,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.newcomers == 0
    }
}

/// Whether it is worth making room for: a tenth more, and more in any case.
fn beats(new: Worth, old: Worth) -> bool {
    match (new, old) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(new), Some(old)) => new > old && u128::from(new) * 10 >= u128::from(old) * 11,
    }
}

impl Mempool {
    /// Plans room for one more of `bytes`, in the place of `replaced` or in
    /// that of others where `worth` is reason enough. Gives whether there is;
    /// if not, the plan stays as it was.
    pub(super) fn plan_room(
        &mut self,
        plan: &mut Plan,
        worth: Worth,
        bytes: usize,
        replaced: Option<u32>,
    ) -> bool {
        let before = plan.doomed.len();
        if let Some(at) = replaced {
            self.doom(plan, at, None);
        }
        // Each doomed one is counted once in what there is.
        while self.len() + plan.newcomers + 1 - plan.doomed.len() > self.limits.transactions_max
            || self.bytes + plan.bytes + bytes - plan.doomed_bytes > self.limits.bytes_max
        {
            if !self.plan_victim(plan, worth) {
                self.spare(plan, before);
                return false;
            }
        }
        plan.newcomers += 1;
        plan.bytes += bytes;
        true
    }

    /// Removes who was to make room.
    pub(super) fn carry_out(&mut self, plan: Plan) {
        for (at, _) in plan.doomed {
            self.remove(at);
        }
    }

    /// Gives a plan up.
    pub(super) fn give_up(&mut self, mut plan: Plan) {
        self.spare(&mut plan, 0);
    }

    /// Takes note of what a lane is worth, and who is its last.
    pub(super) fn rank(&mut self, sender: u32, lane: u32) {
        if self.worst.0.is_none() {
            return;
        }
        if let Some(victim) = self.last_of(sender, lane) {
            self.worst.push(victim);
        }
        let count = self.worst.0.as_ref().map_or(0, BinaryHeap::len);
        if count > 2 * self.len() + STALE_MIN {
            self.worst.forget();
        }
    }

    /// What it takes to forget who would go is an eighth of the room.
    pub(super) fn rest_if_roomy(&mut self) {
        let Limits { transactions_max, bytes_max, .. } = self.limits;
        let is_roomy = |count, max| count < max - max / 8;
        if is_roomy(self.len(), transactions_max) && is_roomy(self.bytes, bytes_max) {
            self.worst.forget();
        }
    }

    pub(super) fn worth_of(&self, lane: &LaneQueue) -> Worth {
        let head = self.entries.get(*lane.waiting.get(lane.next)?)?;
        head.terms.tip_at(self.ready.base_fee)
    }

    fn last_of(&self, sender: u32, lane: u32) -> Option<Victim> {
        let lane = self.lane(sender, lane)?;
        let at = lane.tail()?;
        let last = self.entries.get(at).filter(|last| !last.reserved && !last.is_doomed)?;
        Some(Victim { worth: Reverse(self.worth_of(lane)), number: last.number, entry: at })
    }

    fn plan_victim(&mut self, plan: &mut Plan, worth: Worth) -> bool {
        let worst = self.worst();
        let (victim, source) = match (worst, plan.next.peek().copied()) {
            (Some(worst), Some(next)) if worst < next => (next, Source::Next),
            (Some(worst), _) => (worst, Source::Worst),
            (None, Some(next)) => (next, Source::Next),
            (None, None) => return false,
        };
        if !beats(worth, victim.worth.0) {
            return false;
        }
        match source {
            Source::Worst => self.worst.0.as_mut().and_then(BinaryHeap::pop),
            Source::Next => plan.next.pop(),
        };
        self.doom(plan, victim.entry, Some((victim, source)));
        plan.next.extend(self.before(victim));
        true
    }

    /// The greatest that is still the last of its lane, and worth that.
    pub(super) fn worst(&mut self) -> Option<Victim> {
        if self.worst.0.is_none() {
            let lanes = self
                .senders
                .iter()
                .flat_map(|(at, sender)| sender.lanes.iter().map(move |(lane, _)| (at, *lane)));
            let all = lanes.filter_map(|(sender, lane)| self.last_of(sender, lane)).collect();
            self.worst.0 = Some(all);
        }
        loop {
            let victim = *self.worst.0.as_ref()?.peek()?;
            let entry = self.entries.get(victim.entry);
            let now = entry.and_then(|entry| self.last_of(entry.sender, entry.terms.lane));
            if now == Some(victim) {
                return now;
            }
            self.worst.0.as_mut()?.pop();
        }
    }

    /// Who is the last of the lane without that one.
    fn before(&self, victim: Victim) -> Option<Victim> {
        let entry = self.entries.get(victim.entry)?;
        let waiting = &self.lane(entry.sender, entry.terms.lane)?.waiting;
        let place = waiting.place(entry.terms.nonce).ok()?.checked_sub(1)?;
        let (_, at) = waiting.iter_from(place).next()?;
        let before = self.entries.get(*at).filter(|one| !one.reserved && !one.is_doomed)?;
        Some(Victim { number: before.number, entry: *at, ..victim })
    }

    fn doom(&mut self, plan: &mut Plan, at: u32, from: Option<(Victim, Source)>) {
        let Some(entry) = self.entries.get_mut(at) else { return };
        if !std::mem::replace(&mut entry.is_doomed, true) {
            plan.doomed_bytes += entry.envelope.len();
            plan.doomed.push((at, from));
        }
    }

    /// Those doomed since there were so many are not.
    fn spare(&mut self, plan: &mut Plan, since: usize) {
        for (at, from) in plan.doomed.drain(since..) {
            if let Some(entry) = self.entries.get_mut(at) {
                entry.is_doomed = false;
                plan.doomed_bytes -= entry.envelope.len();
            }
            match from {
                Some((victim, Source::Worst)) => self.worst.push(victim),
                Some((victim, Source::Next)) => plan.next.push(victim),
                None => {}
            }
        }
    }
}
