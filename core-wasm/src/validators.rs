//! A checked set of validators.
#![forbid(unsafe_code)]

use crate::address::Address;
use crate::ed25519::{is_public_key, PublicKey};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::{hash, Domain, Hash};
use crate::proto::{decode_canonical, ErrorCode, ValidatorSet};
use prost::Message;
use std::collections::{BTreeMap, BTreeSet};

/// Validators of one set.
pub const VALIDATORS_MAX: usize = 1024;
/// Sum of the powers of one set: 2^60 - 1. Eight times it fits an i64, so sums
/// of priorities and thrice or twice a power never overflow.
pub const POWER_MAX: u64 = i64::MAX as u64 / 8;

/// What one member is trusted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Signs its votes, proposals and batches.
    pub public_key: PublicKey,
    /// Weight of its vote.
    pub power: u64,
}

/// A set whose members are distinct and in order, with its hash and power.
#[derive(Clone, Debug)]
pub struct Validators {
    members: BTreeMap<Address, Member>,
    total_power: u64,
    hash: Hash,
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, why)
}

impl Validators {
    /// From an encoded `ValidatorSet`. Errors: `MESSAGE_MALFORMED`.
    pub fn parse(bytes: &[u8]) -> CoreResult<Self> {
        Self::new(&decode_canonical(bytes, ErrorCode::MessageMalformed)?)
    }

    /// Checks sizes, order, keys and powers. Errors: `MESSAGE_MALFORMED`.
    pub fn new(set: &ValidatorSet) -> CoreResult<Self> {
        const CODE: ErrorCode = ErrorCode::MessageMalformed;
        if !(1..=VALIDATORS_MAX).contains(&set.validators.len()) {
            return Err(malformed(format!(
                "{} validators, 1 to {VALIDATORS_MAX}",
                set.validators.len()
            )));
        }
        let mut members = BTreeMap::new();
        let mut keys = BTreeSet::new();
        let mut total_power = 0u64;
        let mut above: Option<(u64, Address)> = None;
        for validator in &set.validators {
            let address: Address = *array(&validator.address, "address", CODE)?;
            let public_key: PublicKey = *array(&validator.public_key, "public_key", CODE)?;
            let power = validator.power;
            if !is_public_key(&public_key) || !keys.insert(public_key) {
                return Err(malformed("a public key is no curve point, or is there twice"));
            }
            if above.is_some_and(|(more, lower)| power > more || power == more && address <= lower)
            {
                return Err(malformed("not ordered by descending power, then ascending address"));
            }
            above = Some((power, address));
            // Both at most 2^60: the sum fits.
            if power == 0 || power > POWER_MAX || total_power + power > POWER_MAX {
                return Err(malformed("powers start at 1 and sum to less than 2^60"));
            }
            total_power += power;
            if members.insert(address, Member { public_key, power }).is_some() {
                return Err(malformed("an address is there twice"));
            }
        }
        Ok(Self { members, total_power, hash: hash_of(set) })
    }

    /// The member with that address.
    pub fn get(&self, address: &[u8]) -> Option<&Member> {
        self.members.get(<&Address>::try_from(address).ok()?)
    }

    /// Ascending by address.
    pub fn members(&self) -> impl Iterator<Item = (&Address, &Member)> {
        self.members.iter()
    }

    /// Of all members together.
    pub fn total_power(&self) -> u64 {
        self.total_power
    }

    /// Whether `power` is more than two thirds of the total.
    pub fn is_quorum(&self, power: u64) -> bool {
        u128::from(power) * 3 > u128::from(self.total_power) * 2
    }

    /// `BLAKE3(0x05 | encoding)`, as headers carry it.
    pub fn hash(&self) -> &Hash {
        &self.hash
    }

    /// How many members there are.
    pub fn count(&self) -> usize {
        self.members.len()
    }
}

/// `BLAKE3(0x05 | encoding)`.
pub fn hash_of(set: &ValidatorSet) -> Hash {
    hash(Domain::ValidatorSet, &[&set.encode_to_vec()])
}
