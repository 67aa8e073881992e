//! Accounts as the ledger works with them, and their encoding
//! (`rustorium.v1.Account`), read and written without a detour.

use crate::ed25519::PublicKey;
use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;
use crate::wire::{put_varint, varint};

/// Of one account.
pub const LANES_MAX: usize = 64;

const BALANCE: u8 = 0x08;
const AUTHORIZATION: u8 = 0x12;
const LANE: u8 = 0x1a;
/// `Authorization { single_key: SingleKey { public_key } }` up to the 32 bytes of the key.
const SINGLE_KEY: [u8; 6] = [AUTHORIZATION, 36, 0x0a, 34, 0x0a, 32];
const LANE_NUMBER: u8 = 0x08;
const LANE_NONCE: u8 = 0x10;

/// A sequence of transactions of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its number.
    pub lane: u32,
    /// The next nonce, above 0.
    pub nonce: u64,
}

/// Decoded. Meant to be decoded into again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// At most the supply.
    pub balance: u64,
    /// The key that signs; `None`: the one that is the address.
    pub key: Option<PublicKey>,
    /// Ascending, at most [`LANES_MAX`].
    pub lanes: Vec<Lane>,
}

fn malformed() -> CoreError {
    CoreError::with(ErrorCode::PageMalformed, "not the encoding of an account")
}

impl Account {
    /// Takes on what canonical bytes say. Errors: `PAGE_MALFORMED`.
    pub fn decode_into(&mut self, bytes: &[u8]) -> CoreResult<()> {
        self.read(bytes).ok_or_else(malformed)
    }

    /// From canonical bytes. Errors: `PAGE_MALFORMED`.
    pub fn decode(bytes: &[u8]) -> CoreResult<Account> {
        let mut account = Account::default();
        account.decode_into(bytes)?;
        Ok(account)
    }

    fn read(&mut self, mut rest: &[u8]) -> Option<()> {
        (self.balance, self.key) = (0, None);
        self.lanes.clear();
        if rest.first() == Some(&BALANCE) {
            (self.balance, rest) = nonzero(&rest[1..])?;
        }
        if rest.first() == Some(&AUTHORIZATION) {
            let (key, tail) = rest.strip_prefix(&SINGLE_KEY)?.split_first_chunk()?;
            self.key = Some(*key);
            rest = tail;
        }
        while let [LANE, length, tail @ ..] = rest {
            let (bytes, tail) = tail.split_at_checked(usize::from(*length))?;
            let lane = read_lane(bytes)?;
            if self.lanes.len() == LANES_MAX
                || self.lanes.last().is_some_and(|last| last.lane >= lane.lane)
            {
                return None;
            }
            self.lanes.push(lane);
            rest = tail;
        }
        rest.is_empty().then_some(())
    }

    /// Appends the encoding, which is empty only for an account that is not.
    pub fn encode_into(&self, bytes: &mut Vec<u8>) {
        if self.balance != 0 {
            bytes.push(BALANCE);
            put_varint(bytes, self.balance);
        }
        if let Some(key) = &self.key {
            bytes.extend_from_slice(&SINGLE_KEY);
            bytes.extend_from_slice(key);
        }
        for lane in &self.lanes {
            let at = bytes.len();
            bytes.extend_from_slice(&[LANE, 0]);
            if lane.lane != 0 {
                bytes.push(LANE_NUMBER);
                put_varint(bytes, lane.lane.into());
            }
            bytes.push(LANE_NONCE);
            put_varint(bytes, lane.nonce);
            // At most 1 + 5 + 1 + 10.
            bytes[at + 1] = (bytes.len() - at - 2) as u8;
        }
    }

    /// The next nonce of a lane.
    pub fn nonce(&self, lane: u32) -> u64 {
        self.position(lane).map_or(0, |at| self.lanes[at].nonce)
    }

    /// Whether a lane is in use or may still be taken into use.
    pub fn has_room_for(&self, lane: u32) -> bool {
        self.lanes.len() < LANES_MAX || self.position(lane).is_ok()
    }

    /// Counts a lane's nonce up. Only after [`Account::has_room_for`], with a
    /// nonce below 2^64 - 1, which [`crate::transaction::check_body`] refuses.
    pub fn use_nonce(&mut self, lane: u32) {
        match self.position(lane) {
            Ok(at) => self.lanes[at].nonce = self.lanes[at].nonce.saturating_add(1),
            Err(at) => self.lanes.insert(at, Lane { lane, nonce: 1 }),
        }
    }

    fn position(&self, lane: u32) -> Result<usize, usize> {
        self.lanes.binary_search_by_key(&lane, |lane| lane.lane)
    }
}

/// The balance alone.
pub fn balance_of(bytes: &[u8]) -> u64 {
    match bytes.split_first() {
        Some((&BALANCE, rest)) => varint(rest).map_or(0, |(balance, _)| balance),
        _ => 0,
    }
}

fn nonzero(bytes: &[u8]) -> Option<(u64, &[u8])> {
    varint(bytes).filter(|(value, _)| *value != 0)
}

fn read_lane(bytes: &[u8]) -> Option<Lane> {
    let mut rest = bytes;
    let mut lane = 0;
    if rest.first() == Some(&LANE_NUMBER) {
        (lane, rest) = nonzero(&rest[1..])?;
    }
    let (&LANE_NONCE, rest) = rest.split_first()? else { return None };
    let (nonce, []) = nonzero(rest)? else { return None };
    Some(Lane { lane: u32::try_from(lane).ok()?, nonce })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{self, authorization, decode_canonical, Authorization, SingleKey};
    use proptest::prelude::*;
    use prost::Message;

    fn message(account: &Account) -> proto::Account {
        let single = |key: PublicKey| SingleKey { public_key: key.to_vec() };
        proto::Account {
            balance: account.balance,
            authorization: account.key.map(|key| Authorization {
                kind: Some(authorization::Kind::SingleKey(single(key))),
            }),
            lanes: account
                .lanes
                .iter()
                .map(|l| proto::Lane { lane: l.lane, nonce: l.nonce })
                .collect(),
        }
    }

    fn account() -> impl Strategy<Value = Account> {
        let number =
            prop_oneof![Just(0u64), Just(1), Just(127), Just(128), Just(u64::MAX), any::<u64>()];
        let lanes = prop::collection::btree_map(any::<u32>(), 1..=u64::MAX, 0..LANES_MAX);
        (number, any::<Option<PublicKey>>(), lanes).prop_map(|(balance, key, lanes)| {
            let lanes = lanes.into_iter().map(|(lane, nonce)| Lane { lane, nonce }).collect();
            Account { balance, key, lanes }
        })
    }

    #[test]
    fn a_lane_is_taken_into_use_until_there_are_too_many() {
        let mut account = Account::default();
        for lane in (0..LANES_MAX as u32).rev() {
            assert!(account.has_room_for(lane));
            account.use_nonce(lane);
        }
        account.use_nonce(3);
        assert!(!account.has_room_for(LANES_MAX as u32) && account.has_room_for(3));
        assert_eq!((account.nonce(3), account.nonce(4), account.nonce(99)), (2, 1, 0));
        assert!(account.lanes.is_sorted_by_key(|lane| lane.lane));
    }

    #[test]
    fn more_lanes_than_allowed_are_no_account() {
        let lanes = (0..=LANES_MAX as u32).map(|lane| Lane { lane, nonce: 1 }).collect();
        let mut bytes = Vec::new();
        Account { lanes, ..Account::default() }.encode_into(&mut bytes);
        assert_eq!(Account::decode(&bytes).unwrap_err().code, ErrorCode::PageMalformed);
    }

    proptest! {
        #[test]
        fn the_encoding_is_that_of_protobuf(account in account()) {
            let mut bytes = Vec::new();
            account.encode_into(&mut bytes);
            prop_assert_eq!(&bytes, &message(&account).encode_to_vec());
            prop_assert_eq!(balance_of(&bytes), account.balance);
            let mut used = Account { balance: 9, key: Some([1; 32]), lanes: vec![Lane { lane: 1, nonce: 1 }] };
            used.decode_into(&bytes).unwrap();
            prop_assert_eq!(used, account);
        }

        #[test]
        fn what_is_decoded_is_canonical(account in account(), at: prop::sample::Index, byte: u8) {
            let mut bytes = Vec::new();
            account.encode_into(&mut bytes);
            prop_assume!(!bytes.is_empty());
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(decoded) = Account::decode(&bytes) {
                let protobuf: proto::Account = decode_canonical(&bytes, ErrorCode::PageMalformed).unwrap();
                prop_assert_eq!(message(&decoded), protobuf);
            }
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = (Account::decode(&bytes), balance_of(&bytes));
        }
    }
}
