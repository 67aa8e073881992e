//! When a transaction may be executed, and what it then pays.

use super::account::Account;
use super::Terms;
use crate::proto::{ErrorCode, Parameters};

/// The rules in force at one height.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Of the chain.
    pub parameters: &'a Parameters,
    /// Per unit of gas.
    pub base_fee: u64,
    /// Of the block.
    pub height: u64,
}

/// What is taken from a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Gas times price.
    pub fee: u64,
    /// Whether the amounts are there, too; otherwise the actions fail.
    pub pays_amounts: bool,
}

impl Rules<'_> {
    /// Why a transaction cannot be in a block of this height, whoever sent it.
    pub fn refuses(&self, terms: &Terms) -> Option<ErrorCode> {
        if terms.valid_until < self.height {
            Some(ErrorCode::Expired)
        } else if terms.valid_until - self.height > self.parameters.validity_blocks_max {
            Some(ErrorCode::ValidityTooLong)
        } else if terms.gas_limit < terms.gas {
            Some(ErrorCode::GasLimitTooLow)
        } else if terms.gas_limit > self.parameters.slot_gas_max {
            Some(ErrorCode::GasLimitTooHigh)
        } else if terms.max_fee < self.base_fee {
            Some(ErrorCode::FeeTooLow)
        } else {
            None
        }
    }

    /// What the account pays, or why the transaction is rejected without a trace.
    ///
    /// `gas <= gas_limit` ([`Rules::refuses`]) and `price <= max_fee`, so
    /// `fee <= fee_max <= balance`: taking the fee cannot go below zero. If
    /// `fee_max + amounts <= balance`, then neither can taking both.
    pub fn charge(&self, terms: &Terms, account: &Account) -> Result<Charge, ErrorCode> {
        if account.key.is_some_and(|key| key != terms.sender) {
            return Err(ErrorCode::NotAuthorized);
        }
        let next = account.nonce(terms.lane);
        if terms.nonce < next {
            return Err(ErrorCode::NonceUsed);
        }
        if terms.nonce > next {
            return Err(ErrorCode::NonceTooFar);
        }
        if !account.has_room_for(terms.lane) {
            return Err(ErrorCode::TooManyLanes);
        }
        if account.balance < terms.fee_max {
            return Err(ErrorCode::InsufficientBalance);
        }
        let fee = terms.gas.saturating_mul(terms.price(self.base_fee));
        Ok(Charge { fee, pays_amounts: account.balance - terms.fee_max >= terms.amounts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genesis::tests::parameters;
    use crate::ledger::account::{Lane, LANES_MAX};
    use crate::transaction::AMOUNT_MAX;
    use proptest::prelude::*;

    const TERMS: Terms = Terms {
        sender: [3; 32],
        lane: 0,
        nonce: 0,
        valid_until: 10,
        gas_limit: 2_000,
        max_fee: 5,
        tip: 1,
        fee_max: 10_000,
        amounts: 500,
        gas: 1_500,
    };

    fn rules(parameters: &Parameters) -> Rules<'_> {
        Rules { parameters, base_fee: 2, height: 10 }
    }

    #[test]
    fn each_broken_rule_has_its_own_code() {
        let parameters = parameters();
        let refused = |change: fn(&mut Terms)| {
            let mut terms = TERMS;
            change(&mut terms);
            rules(&parameters).refuses(&terms)
        };
        assert_eq!(refused(|_| ()), None);
        assert_eq!(refused(|terms| terms.valid_until = 9), Some(ErrorCode::Expired));
        assert_eq!(refused(|terms| terms.valid_until = 1_010), None);
        assert_eq!(refused(|terms| terms.valid_until = 1_011), Some(ErrorCode::ValidityTooLong));
        assert_eq!(refused(|terms| terms.gas_limit = 1_499), Some(ErrorCode::GasLimitTooLow));
        assert_eq!(
            refused(|terms| terms.gas_limit = 100_000_001),
            Some(ErrorCode::GasLimitTooHigh)
        );
        assert_eq!(refused(|terms| terms.max_fee = 1), Some(ErrorCode::FeeTooLow));
    }

    #[test]
    fn an_account_pays_gas_times_price_or_says_why_not() {
        let parameters = parameters();
        let charge = |change: fn(&mut Account)| {
            let mut account = Account { balance: 10_500, key: None, lanes: vec![] };
            change(&mut account);
            rules(&parameters).charge(&TERMS, &account)
        };
        assert_eq!(charge(|_| ()), Ok(Charge { fee: 4_500, pays_amounts: true }));
        assert_eq!(charge(|a| a.balance = 10_499), Ok(Charge { fee: 4_500, pays_amounts: false }));
        assert_eq!(charge(|a| a.balance = 9_999), Err(ErrorCode::InsufficientBalance));
        assert_eq!(
            charge(|a| a.key = Some([3; 32])),
            Ok(Charge { fee: 4_500, pays_amounts: true })
        );
        assert_eq!(charge(|a| a.key = Some([4; 32])), Err(ErrorCode::NotAuthorized));
        assert_eq!(charge(|a| a.use_nonce(0)), Err(ErrorCode::NonceUsed));
        let all = |a: &mut Account| {
            a.lanes = (1..=LANES_MAX as u32).map(|lane| Lane { lane, nonce: 1 }).collect()
        };
        assert_eq!(charge(all), Err(ErrorCode::TooManyLanes));
        let ahead = Terms { nonce: 1, ..TERMS };
        let account = Account { balance: 10_500, ..Account::default() };
        assert_eq!(rules(&parameters).charge(&ahead, &account), Err(ErrorCode::NonceTooFar));
    }

    proptest! {
        #[test]
        fn no_charge_is_more_than_the_balance(
            gas_limit in 0..=AMOUNT_MAX, max_fee: u64, tip: u64, gas: u64,
            amounts in 0..=AMOUNT_MAX, balance in 0..=AMOUNT_MAX, base_fee: u64
        ) {
            let max_fee = AMOUNT_MAX.checked_div(gas_limit).map_or(max_fee, |most| max_fee % (most + 1));
            let (fee_max, gas) = (gas_limit * max_fee, gas.min(gas_limit));
            let terms = Terms { gas_limit, max_fee, tip, gas, fee_max, amounts, ..TERMS };
            let parameters = parameters();
            let rules = Rules { parameters: &parameters, base_fee, height: 1 };
            let account = Account { balance, ..Account::default() };
            if let Ok(charge) = rules.charge(&terms, &account) {
                let taken = u128::from(charge.fee) + if charge.pays_amounts { u128::from(amounts) } else { 0 };
                prop_assert!(taken <= u128::from(balance));
                prop_assert_eq!(u128::from(charge.fee), u128::from(gas) * u128::from(terms.price(base_fee)));
            }
        }
    }
}
