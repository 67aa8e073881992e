//! In which order a slot's transactions of one block run.

use crate::tree::LeafId;

/// What decides about a transaction's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    /// Account of the sender; `None` where it does not exist yet: then every
    /// one of its transactions is rejected, in whatever order.
    pub sender: Option<LeafId>,
    pub lane: u32,
    pub nonce: u64,
    /// Place in the block's order among those of the slot.
    pub place: u32,
}

/// Which transaction runs at each place: everybody at their own, but for those
/// of one sender and lane, which share their places out in the order of nonces.
pub(super) fn in_nonce_order(turns: &[Turn]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..turns.len() as u32).collect();
    let mut sorted = turns.to_vec();
    sorted.sort_unstable();
    let mut places = Vec::new();
    for lane in sorted.chunk_by(|a, b| (a.sender, a.lane) == (b.sender, b.lane)) {
        if lane.is_sorted_by_key(|turn| turn.place) {
            continue;
        }
        places.clear();
        places.extend(lane.iter().map(|turn| turn.place));
        places.sort_unstable();
        for (turn, place) in lane.iter().zip(&places) {
            order[*place as usize] = turn.place;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_lane_shares_out_its_places_and_nobody_elses() {
        let account = crate::state::Slot::default().find(&[0; 32]).unwrap();
        let turn = |lane, nonce, place| Turn { sender: account, lane, nonce, place };
        let turns = [turn(0, 2, 0), turn(1, 9, 1), turn(0, 0, 2), turn(0, 1, 3), turn(1, 8, 4)];
        assert_eq!(in_nonce_order(&turns), [2, 4, 3, 0, 1]);
    }

    proptest! {
        #[test]
        fn every_transaction_has_one_turn(lanes in prop::collection::vec((0u32..3, 0u64..5), 0..40)) {
            let turns: Vec<Turn> = (0..)
                .zip(&lanes)
                .map(|(place, (lane, nonce))| Turn { sender: None, lane: *lane, nonce: *nonce, place })
                .collect();
            let order = in_nonce_order(&turns);
            let mut once = order.clone();
            once.sort();
            prop_assert_eq!(once, (0..lanes.len() as u32).collect::<Vec<_>>());
            for lane in 0..3 {
                let nonces: Vec<u64> = order
                    .iter()
                    .map(|at| &turns[*at as usize])
                    .filter(|turn| turn.lane == lane)
                    .map(|turn| turn.nonce)
                    .collect();
                prop_assert!(nonces.is_sorted());
            }
            for (place, at) in order.iter().enumerate() {
                prop_assert_eq!(turns[place].lane, turns[*at as usize].lane);
            }
        }
    }
}
