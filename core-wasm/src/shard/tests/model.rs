//! The rules once more, done in the most obvious way.

use super::*;

/// Balance and lanes of every account.
#[derive(Default)]
pub(super) struct Model {
    pub(super) accounts: BTreeMap<Address, (u64, BTreeMap<u32, u64>)>,
}

impl Model {
    pub(super) fn execute(&mut self, order: &[(Address, TransactionBody, u64)]) -> Vec<u32> {
        let mut left: Vec<bool> = vec![true; order.len()];
        let mut codes = vec![0; order.len()];
        let mut credits = Vec::new();
        // Place by place: of the place's sender and lane the lowest nonce left.
        for (sender, place, _) in order {
            let next = (0..order.len())
                .filter(|at| {
                    left[*at] && order[*at].0 == *sender && order[*at].1.lane == place.lane
                })
                .min_by_key(|at| order[*at].1.nonce)
                .unwrap();
            left[next] = false;
            codes[next] = self.one(sender, &order[next].1, order[next].2, &mut credits);
        }
        for (to, amount) in credits {
            self.accounts.entry(to).or_default().0 += amount;
        }
        codes
    }

    fn one(
        &mut self,
        sender: &Address,
        body: &TransactionBody,
        gas: u64,
        credits: &mut Vec<(Address, u64)>,
    ) -> u32 {
        if body.max_fee < 2 {
            return ErrorCode::FeeTooLow as u32;
        }
        let empty = (0, BTreeMap::new());
        let (balance, lanes) = self.accounts.get(sender).unwrap_or(&empty);
        let (balance, next) = (*balance, lanes.get(&body.lane).copied().unwrap_or(0));
        if body.nonce != next {
            return (if body.nonce < next { ErrorCode::NonceUsed } else { ErrorCode::NonceTooFar })
                as u32;
        }
        let reserved = body.gas_limit * body.max_fee;
        if balance < reserved {
            return ErrorCode::InsufficientBalance as u32;
        }
        let fee = gas * body.max_fee.min(2 + body.tip);
        let transfers: Vec<(Address, u64)> = body
            .actions
            .iter()
            .map(|action| match &action.kind {
                Some(action::Kind::Transfer(transfer)) => {
                    (transfer.to.clone().try_into().unwrap(), transfer.amount)
                }
                None => unreachable!(),
            })
            .collect();
        let amounts: u64 = transfers.iter().map(|(_, amount)| amount).sum();
        let paid = balance >= reserved + amounts;
        let account = self.accounts.get_mut(sender).unwrap();
        account.0 -= if paid { fee + amounts } else { fee };
        account.1.insert(body.lane, next + 1);
        credits.push((system_account(FEES), fee));
        if paid {
            credits.extend(transfers);
        }
        if paid {
            0
        } else {
            ErrorCode::InsufficientBalance as u32
        }
    }
}
