//! How many transactions blocks could take as they come.
//!
//! Not what waits behind a gap, nor what waits behind one that does not pay the
//! base fee: no block takes that, however many there are.

use super::Mempool;

impl Mempool {
    /// Transactions that blocks could take as they come, reserved ones included.
    pub fn takeable(&self) -> usize {
        self.takeable
    }

    /// What was executed of the transactions in it, since the start.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Something of a lane changed.
    pub(super) fn count(&mut self, sender: u32, lane: u32) {
        let Some(queue) = self.lane(sender, lane) else { return };
        let pays = self.worth_of(queue).is_some();
        let takeable = if pays { queue.joined() } else { queue.on_way() };
        self.set_takeable(sender, lane, takeable);
    }

    /// A lane is about to change, and may not be there afterwards.
    pub(super) fn uncount(&mut self, sender: u32, lane: u32) {
        self.set_takeable(sender, lane, 0);
    }

    fn set_takeable(&mut self, sender: u32, lane: u32, takeable: usize) {
        let lanes = self.senders.get_mut(sender).map(|sender| &mut sender.lanes);
        let Some(queue) = lanes.and_then(|lanes| lanes.get_mut(lane)) else { return };
        let before = std::mem::replace(&mut queue.takeable, takeable);
        self.takeable = self.takeable - before + takeable;
    }
}
