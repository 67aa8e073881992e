//! Bodies of transactions, read in one pass where they are right.
//!
//! [`read`] knows one encoding of each right body, the canonical one, and no
//! other. What is wrong with all else, [`fault`] finds out by the general way.
//! That the two never disagree is tested.
#![forbid(unsafe_code)]

use crate::address::Address;
use crate::error::{CoreError, CoreResult};
use crate::proto::{action, ErrorCode, TransactionBody};
use crate::wire::varint;
use prost::Message;

/// Of a memo.
pub const MEMO_BYTES_MAX: usize = 256;
/// Of one transaction; at least one.
pub const ACTIONS_MAX: usize = 16;
/// No sum of money can be larger: the supply is at most this (2^63 - 1).
pub const AMOUNT_MAX: u64 = i64::MAX as u64;

// Fields of a body, each with its wire type.
const CHAIN_TAG: u8 = 0x0d;
const LANE: u8 = 0x10;
const NONCE: u8 = 0x18;
const VALID_UNTIL: u8 = 0x20;
const GAS_LIMIT: u8 = 0x28;
const MAX_FEE: u8 = 0x30;
const TIP: u8 = 0x38;
const MEMO: u8 = 0x42;
const ACTION: u8 = 0x4a;
/// `Action.transfer`.
const TRANSFER: u8 = 0x0a;
/// `Transfer.to` and its length.
const TO: [u8; 2] = [0x0a, 32];
/// `Transfer.amount`.
const AMOUNT: u8 = 0x10;

/// A body that is canonical and right in itself: only the state can still say
/// no to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedBody<'a> {
    /// Of the sender.
    pub lane: u32,
    /// In the lane; below 2^64 - 1.
    pub nonce: u64,
    /// Above 0.
    pub valid_until: u64,
    /// The most it may use.
    pub gas_limit: u64,
    /// The most it pays per unit of gas.
    pub max_fee: u64,
    /// At most `max_fee`.
    pub tip: u64,
    /// `gas_limit * max_fee`, at most [`AMOUNT_MAX`].
    pub fee_max: u64,
    /// Sum of the transfers, at most [`AMOUNT_MAX`]. So `fee_max + amounts` is
    /// at most 2^64 - 2 and cannot overflow.
    pub amounts: u64,
    /// How many, 1 to [`ACTIONS_MAX`].
    pub actions: usize,
    /// The encoded actions: all of them transfers.
    encoded: &'a [u8],
}

impl<'a> CheckedBody<'a> {
    /// Recipients and amounts, in their order.
    pub fn transfers(&self) -> impl Iterator<Item = (&'a Address, u64)> {
        let mut rest = self.encoded;
        std::iter::from_fn(move || {
            let (to, amount, after) = transfer(rest)?;
            rest = after;
            Some((to, amount))
        })
    }
}

/// Checks everything of a body that needs neither state nor parameters. The
/// first fault in this order is the answer, whoever asks: malformed, unknown
/// action, not canonical, wrong chain, reserved field, memo, number of actions,
/// validity, fees, nonce, then action by action.
pub fn check_body(chain_tag: u32, bytes: &[u8]) -> CoreResult<CheckedBody<'_>> {
    read(chain_tag, bytes).ok_or_else(|| fault(chain_tag, bytes))
}

/// The right body of that chain that the bytes are, if they are one.
fn read(chain_tag: u32, bytes: &[u8]) -> Option<CheckedBody<'_>> {
    let (tag, rest) = match bytes {
        [CHAIN_TAG, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), rest),
        _ => (0, bytes),
    };
    if tag != chain_tag || (tag == 0 && rest.len() < bytes.len()) {
        return None;
    }
    let (lane, rest) = number(rest, LANE)?;
    let (nonce, rest) = number(rest, NONCE)?;
    let (valid_until, rest) = number(rest, VALID_UNTIL)?;
    let (gas_limit, rest) = number(rest, GAS_LIMIT)?;
    let (max_fee, rest) = number(rest, MAX_FEE)?;
    let (tip, rest) = number(rest, TIP)?;
    let encoded = after_memo(rest)?;
    let (mut actions, mut amounts, mut rest) = (0, 0u64, encoded);
    while !rest.is_empty() {
        let (_, amount, after) = transfer(rest)?;
        amounts = amounts.checked_add(amount).filter(|sum| *sum <= AMOUNT_MAX)?;
        actions += 1;
        rest = after;
    }
    let fee_max = gas_limit.checked_mul(max_fee).filter(|fee| *fee <= AMOUNT_MAX)?;
    let is_right = (1..=ACTIONS_MAX).contains(&actions)
        && valid_until != 0
        && nonce != u64::MAX
        && tip <= max_fee;
    is_right.then_some(CheckedBody {
        lane: u32::try_from(lane).ok()?,
        nonce,
        valid_until,
        gas_limit,
        max_fee,
        tip,
        fee_max,
        amounts,
        actions,
        encoded,
    })
}

/// A number and what follows it. What is 0 is left out.
fn number(bytes: &[u8], tag: u8) -> Option<(u64, &[u8])> {
    match bytes.split_first() {
        Some((found, rest)) if *found == tag => varint(rest).filter(|(value, _)| *value != 0),
        _ => Some((0, bytes)),
    }
}

/// What follows the memo, if there is one.
fn after_memo(bytes: &[u8]) -> Option<&[u8]> {
    let Some((&MEMO, rest)) = bytes.split_first() else { return Some(bytes) };
    let (length, rest) = varint(rest)?;
    let length = usize::try_from(length).ok()?;
    (1..=MEMO_BYTES_MAX).contains(&length).then(|| rest.get(length..))?
}

/// The transfer of the first action, and what follows it.
fn transfer(bytes: &[u8]) -> Option<(&Address, u64, &[u8])> {
    // At most 2 + 2 + 32 + 1 + 10 bytes: each length takes one.
    let ([ACTION, whole, TRANSFER, length], rest) = bytes.split_first_chunk()? else {
        return None;
    };
    let (inner, after) = rest.split_at_checked(usize::from(*length))?;
    let (to, rest) = inner.strip_prefix(&TO)?.split_first_chunk()?;
    let (amount, []) = number(rest, AMOUNT)? else { return None };
    (usize::from(*whole) == inner.len() + 2 && amount != 0).then_some((to, amount, after))
}

/// What is wrong with a body that [`read`] does not know.
fn fault(chain_tag: u32, bytes: &[u8]) -> CoreError {
    match check_decoded(chain_tag, bytes) {
        Err(fault) => fault,
        Ok(_) => CoreError::new(ErrorCode::BodyNotCanonical),
    }
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::TransactionMalformed, why)
}

/// The general way: the body, the most that it pays for gas, and the sum of its
/// transfers.
fn check_decoded(chain_tag: u32, bytes: &[u8]) -> CoreResult<(TransactionBody, u64, u64)> {
    let body = TransactionBody::decode(bytes)
        .map_err(|_| malformed("the body is not a TransactionBody"))?;
    // Before canonicity: an action of a later protocol is an unknown field too.
    if body.actions.iter().any(|action| action.kind.is_none()) {
        return Err(CoreError::new(ErrorCode::UnknownAction));
    }
    if body.encoded_len() != bytes.len() || body.encode_to_vec() != bytes {
        return Err(CoreError::new(ErrorCode::BodyNotCanonical));
    }
    if body.chain_tag != chain_tag {
        let why = format!("chain tag {:08x}, here {chain_tag:08x}", body.chain_tag);
        return Err(CoreError::with(ErrorCode::WrongChain, why));
    }
    check_fields(&body)?;
    let fee_max = checked_fee(&body)?;
    let amounts = checked_actions(&body)?;
    Ok((body, fee_max, amounts))
}

fn check_fields(body: &TransactionBody) -> CoreResult<()> {
    if !body.fee_payer.is_empty() {
        return Err(CoreError::new(ErrorCode::FeePayerReserved));
    }
    if body.memo.len() > MEMO_BYTES_MAX {
        let why = format!("{} bytes, at most {MEMO_BYTES_MAX}", body.memo.len());
        return Err(CoreError::with(ErrorCode::MemoTooLong, why));
    }
    if !(1..=ACTIONS_MAX).contains(&body.actions.len()) {
        let why = format!("{} actions, 1 to {ACTIONS_MAX}", body.actions.len());
        return Err(CoreError::with(ErrorCode::ActionsCount, why));
    }
    if body.valid_until == 0 {
        return Err(CoreError::with(ErrorCode::Expired, "valid_until is mandatory"));
    }
    // The number after it must exist, as it becomes the lane's next nonce.
    if body.nonce == u64::MAX {
        return Err(CoreError::with(ErrorCode::NonceTooFar, "the highest nonce is 2^64 - 2"));
    }
    Ok(())
}

fn checked_fee(body: &TransactionBody) -> CoreResult<u64> {
    if body.tip > body.max_fee {
        let why = format!("max_fee {} does not cover tip {}", body.max_fee, body.tip);
        return Err(CoreError::with(ErrorCode::FeeTooLow, why));
    }
    body.gas_limit.checked_mul(body.max_fee).filter(|fee| *fee <= AMOUNT_MAX).ok_or_else(|| {
        CoreError::with(ErrorCode::AmountOverflow, "gas_limit times max_fee is beyond 2^63 - 1")
    })
}

fn checked_actions(body: &TransactionBody) -> CoreResult<u64> {
    let mut sum = 0u64;
    for action in &body.actions {
        let Some(action::Kind::Transfer(transfer)) = &action.kind else {
            return Err(CoreError::new(ErrorCode::UnknownAction));
        };
        if transfer.to.len() != 32 {
            let why = format!("the recipient has {} bytes, not 32", transfer.to.len());
            return Err(CoreError::with(ErrorCode::AddressMalformed, why));
        }
        if transfer.amount == 0 {
            return Err(CoreError::new(ErrorCode::AmountZero));
        }
        sum =
            sum.checked_add(transfer.amount).filter(|sum| *sum <= AMOUNT_MAX).ok_or_else(|| {
                CoreError::with(ErrorCode::AmountOverflow, "the amounts sum to more than 2^63 - 1")
            })?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{Action, Transfer};
    use proptest::prelude::*;

    const TAG: u32 = 0x0403_0201;

    /// Both ways give the same, or the same fault.
    fn agree(chain_tag: u32, bytes: &[u8]) -> Result<bool, TestCaseError> {
        let found = check_body(chain_tag, bytes);
        let expected = check_decoded(chain_tag, bytes);
        let is_right = expected.is_ok();
        match (found, expected) {
            (Ok(found), Ok((body, fee_max, amounts))) => {
                let transfers: Vec<(Vec<u8>, u64)> =
                    found.transfers().map(|(to, amount)| (to.to_vec(), amount)).collect();
                let CheckedBody { lane, nonce, valid_until, gas_limit, max_fee, tip, .. } = found;
                let memo = body.memo.clone();
                let actions = transfers.into_iter().map(|(to, amount)| transfer_of(to, amount));
                let rebuilt = TransactionBody {
                    chain_tag,
                    lane,
                    nonce,
                    valid_until,
                    gas_limit,
                    max_fee,
                    tip,
                    memo,
                    actions: actions.collect(),
                    fee_payer: vec![],
                };
                prop_assert_eq!(rebuilt, body);
                prop_assert_eq!((found.fee_max, found.amounts), (fee_max, amounts));
            }
            (found, expected) => {
                let codes = (found.err().map(|e| e.code), expected.err().map(|e| e.code));
                prop_assert_eq!(codes.0, codes.1, "{}", hex::encode(bytes));
            }
        }
        Ok(is_right)
    }

    fn transfer_of(to: Vec<u8>, amount: u64) -> Action {
        Action { kind: Some(action::Kind::Transfer(Transfer { to, amount })) }
    }

    /// Numbers at the borders of varints and of sums, small ones, and any.
    fn any_number() -> impl Strategy<Value = u64> {
        prop_oneof![
            4 => 0..4u64,
            2 => (0..64u32, -1..=1i64).prop_map(|(bit, by)| (1u64 << bit).wrapping_add_signed(by)),
            1 => proptest::sample::select(vec![u64::MAX, u64::MAX - 1, AMOUNT_MAX, AMOUNT_MAX / 2]),
            1 => any::<u64>(),
        ]
    }

    fn any_actions() -> impl Strategy<Value = Vec<Action>> {
        let to = prop_oneof![9 => Just(32usize), 1 => 0..40usize];
        let one = (to, any::<u8>(), any_number())
            .prop_map(|(length, byte, amount)| transfer_of(vec![byte; length], amount))
            .boxed();
        prop_oneof![
            8 => proptest::collection::vec(one.clone(), 1..3),
            1 => proptest::collection::vec(one, 0..19),
            1 => Just(vec![Action { kind: None }]),
        ]
    }

    prop_compose! {
        fn any_body()(
            numbers in proptest::array::uniform6(any_number()),
            chain_tag in prop_oneof![9 => Just(TAG), 1 => Just(0), 1 => any::<u32>()],
            memo in prop_oneof![
                3 => Just(0usize), 1 => 0..300usize, 1 => 126..130usize, 1 => 255..258usize
            ],
            actions in any_actions(),
            fee_payer in prop_oneof![20 => Just(0usize), 1 => 0..40usize],
        ) -> TransactionBody {
            let [lane, nonce, valid_until, gas_limit, max_fee, tip] = numbers;
            TransactionBody {
                chain_tag, lane: lane as u32, nonce, valid_until, gas_limit, max_fee, tip,
                memo: vec![7; memo], actions, fee_payer: vec![7; fee_payer],
            }
        }
    }

    /// One change of an encoding: a byte, a bit, a piece out, in, twice, or moved.
    type Change = (u8, prop::sample::Index, prop::sample::Index, u8);

    fn changed(mut bytes: Vec<u8>, (kind, at, to, byte): &Change) -> Vec<u8> {
        let (at, to) = (at.index(bytes.len() + 1), to.index(bytes.len() + 1));
        let (low, high) = (at.min(to), at.max(to));
        let near = high.min(low + 12);
        match kind % 8 {
            0 if at < bytes.len() => bytes[at] = *byte,
            1 if at < bytes.len() => bytes[at] ^= 1 << (byte % 8),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, *byte),
            4 => drop(bytes.drain(low..near)),
            5 => {
                let piece = bytes[low..near].to_vec();
                bytes.splice(high..high, piece);
            }
            6 => bytes.extend([*byte, 0]),
            // A varint in a longer form.
            7 if at < bytes.len() && bytes[at] < 0x80 => {
                bytes[at] |= 0x80;
                bytes.insert(at + 1, 0);
            }
            _ => {}
        }
        bytes
    }

    fn cases() -> u32 {
        let wanted = std::env::var("BODY_CASES").ok().and_then(|text| text.parse().ok());
        wanted.unwrap_or(20_000)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(cases()))]

        #[test]
        fn both_ways_agree_about_bodies(body in any_body()) {
            let bytes = body.encode_to_vec();
            for tag in [TAG, 0, body.chain_tag] {
                agree(tag, &bytes)?;
            }
        }

        #[test]
        fn both_ways_agree_about_changed_bodies(
            body in any_body(),
            changes in proptest::collection::vec(any::<Change>(), 1..4),
        ) {
            let mut bytes = body.encode_to_vec();
            for change in &changes {
                bytes = changed(bytes, change);
                agree(TAG, &bytes)?;
                agree(body.chain_tag, &bytes)?;
            }
        }

        #[test]
        fn both_ways_agree_about_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            agree(TAG, &bytes)?;
            agree(0, &bytes)?;
        }
    }

    #[test]
    fn every_byte_and_every_end_of_a_right_body_is_judged_alike() {
        let actions = vec![transfer_of(vec![3; 32], 300), transfer_of(vec![4; 32], 1)];
        let rest = TransactionBody { memo: vec![9; 130], actions, ..TransactionBody::default() };
        let right = TransactionBody {
            chain_tag: TAG,
            lane: 1,
            nonce: 200,
            valid_until: 9,
            gas_limit: 1 << 20,
            max_fee: 3,
            tip: 2,
            ..rest
        }
        .encode_to_vec();
        assert!(agree(TAG, &right).unwrap());
        let mut accepted = 0;
        for at in 0..right.len() {
            agree(TAG, &right[..at]).unwrap();
            for byte in 0..=255 {
                let mut bytes = right.clone();
                bytes[at] = byte;
                accepted += u32::from(agree(TAG, &bytes).unwrap());
                bytes.insert(at, byte);
                agree(TAG, &bytes).unwrap();
            }
        }
        assert!(accepted > 130 * 256);
    }
}
