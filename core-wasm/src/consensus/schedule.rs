//! Whose turn it is to propose.
//!
//! CometBFT's weighted rotation: at each turn everyone's priority grows by its
//! weight, whoever has the highest proposes and pays the sum of all weights. It
//! gives each validator turns in proportion to its power, spread as evenly as
//! can be. CometBFT carries the priorities from block to block; here the turn
//! follows from the validator set, the height and the round alone, so that a
//! node which has just joined, a light client and a replay all know it without
//! history. That works because the rotation repeats after as many turns as the
//! weights sum to: the whole cycle is worked out once for a set, and height and
//! round pick a place in it.
//!
//! Weights are powers divided by their greatest common divisor; where their sum
//! would exceed [`TURNS_MAX`] they are scaled down to it, none below one.

/// Turns of one cycle before rounding weights up to one.
pub const TURNS_MAX: u64 = 4096;

/// A cycle of turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<u16>);

impl Schedule {
    /// For members with these powers, each at least one, in the set's order.
    pub fn new(powers: &[u64]) -> Self {
        let weights = weights(powers);
        let sum: i64 = weights.iter().sum();
        let mut priorities = vec![0i64; weights.len()];
        let mut turns = Vec::with_capacity(sum as usize);
        for _ in 0..sum {
            let mut first = 0;
            for (at, weight) in weights.iter().enumerate() {
                priorities[at] += weight;
                // Among equals the first in the set's order.
                if priorities[at] > priorities[first] {
                    first = at;
                }
            }
            priorities[first] -= sum;
            turns.push(first as u16);
        }
        Self(turns)
    }

    /// Index of the proposer in the set. A failed round passes the turn on as a
    /// new height does, so the turns of height h + 1 follow those of height h.
    pub fn at(&self, height: u64, round: u32) -> usize {
        let turn = u128::from(height) + u128::from(round);
        usize::from(self.0[(turn % self.0.len() as u128) as usize])
    }

    /// Turns until it repeats.
    pub fn turns(&self) -> usize {
        self.0.len()
    }
}

fn weights(powers: &[u64]) -> Vec<i64> {
    let divisor = powers.iter().copied().fold(0, gcd).max(1);
    let sum: u128 = powers.iter().map(|power| u128::from(power / divisor)).sum();
    let scaled = |power: u64| match sum > u128::from(TURNS_MAX) {
        true => (u128::from(power / divisor) * u128::from(TURNS_MAX) / sum).max(1),
        false => u128::from(power / divisor),
    };
    powers.iter().map(|power| scaled(*power) as i64).collect()
}

fn gcd(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(powers: &[u64]) -> Vec<u16> {
        Schedule::new(powers).0
    }

    #[test]
    fn equal_powers_take_turns() {
        assert_eq!(turns(&[7, 7, 7]), [0, 1, 2]);
    }

    #[test]
    fn turns_are_in_proportion_to_power_and_spread() {
        let turns = turns(&[50, 30, 20]);
        assert_eq!(turns, [0, 1, 2, 0, 0, 1, 0, 2, 1, 0]);
        let of = |who| turns.iter().filter(|turn| **turn == who).count();
        assert_eq!([of(0), of(1), of(2)], [5, 3, 2]);
    }

    #[test]
    fn huge_and_tiny_powers_have_a_short_cycle_and_all_get_a_turn() {
        let schedule = Schedule::new(&[1 << 59, 1 << 58, 3, 1]);
        assert!(schedule.turns() <= TURNS_MAX as usize + 4);
        for who in 0..4 {
            assert!(schedule.0.contains(&who));
        }
    }

    #[test]
    fn a_round_passes_the_turn_on_as_a_height_does() {
        let schedule = Schedule::new(&[3, 2, 2]);
        for height in 1..20 {
            assert_eq!(schedule.at(height, 3), schedule.at(height + 3, 0));
        }
        schedule.at(u64::MAX, u32::MAX);
    }
}
