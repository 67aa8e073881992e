//! The first state of a chain and the rules it runs by.
#![forbid(unsafe_code)]

use crate::address::Address;
use crate::block::CHAIN_ID_BYTES_MAX;
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::{hash, Domain, Hash};
use crate::proto::{self, decode_canonical, ErrorCode, Parameters};
use crate::transaction::{ACTIONS_MAX, AMOUNT_MAX, ENVELOPE_BYTES_MAX};
use crate::validators::Validators;
use crate::wire::varint;

/// The version of the rules that this crate runs.
pub const PROTOCOL_VERSION: u32 = 1;
/// Of an encoded genesis: room for ten million accounts.
pub const GENESIS_BYTES_MAX: usize = 512 * 1024 * 1024;
/// Tags of `Genesis.accounts`, which stand last, and of its fields.
const ACCOUNTS_TAG: u8 = 0x2a;
const ADDRESS_TAG: u8 = 0x0a;
const BALANCE_TAG: u8 = 0x10;
/// The largest payload that a chain may allow: with a header around it, it is a
/// message between nodes.
pub const BATCH_BYTES_MAX: u64 = 2 << 20;
/// Header and one table entry of a payload: what the largest transaction needs besides itself.
const PAYLOAD_OVERHEAD: u64 = 11;
/// The largest whole number that every JSON reader keeps exactly.
const TIME_MS_MAX: u64 = (1 << 53) - 1;

/// A genesis that is right in itself.
#[derive(Clone, Debug)]
pub struct Genesis {
    /// Names the chain among people.
    pub chain_id: String,
    /// Milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// `BLAKE3(0x02 | encoding)`: names the chain among machines.
    pub hash: Hash,
    /// Each within its bounds.
    pub parameters: Parameters,
    /// Of the first height.
    pub validators: Validators,
    /// Ascending by address, none empty.
    pub accounts: Vec<(Address, u64)>,
    /// Sum of all balances, for ever; at most [`AMOUNT_MAX`].
    pub supply: u64,
}

fn invalid(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::GenesisInvalid, why)
}

impl Genesis {
    /// Decodes and checks an encoded `Genesis`. Errors: `GENESIS_INVALID`.
    pub fn parse(bytes: &[u8]) -> CoreResult<Self> {
        let mut accounts = Vec::new();
        let genesis = Self::read(bytes, |address, balance| accounts.push((*address, balance)))?;
        Ok(Self { accounts, ..genesis })
    }

    /// The same, without keeping the accounts.
    pub fn parse_head(bytes: &[u8]) -> CoreResult<Self> {
        Self::read(bytes, |_, _| ())
    }

    fn read(bytes: &[u8], account: impl FnMut(&Address, u64)) -> CoreResult<Self> {
        if bytes.len() > GENESIS_BYTES_MAX {
            return Err(invalid(format!("{} bytes, at most {GENESIS_BYTES_MAX}", bytes.len())));
        }
        let (head, accounts) = split_accounts(bytes).ok_or_else(unreadable)?;
        let decoded: proto::Genesis = decode_canonical(head, ErrorCode::GenesisInvalid)?;
        check_chain_id(&decoded.chain_id)?;
        if decoded.time_ms > TIME_MS_MAX {
            return Err(invalid("time_ms is beyond 2^53 - 1"));
        }
        let parameters = decoded.parameters.ok_or_else(|| invalid("parameters are missing"))?;
        check_parameters(&parameters)?;
        let set = decoded.validators.ok_or_else(|| invalid("validators are missing"))?;
        let validators = Validators::new(&set).map_err(|fault| invalid(fault.detail))?;
        let supply = read_accounts(accounts, account)?;
        let hash = hash(Domain::Genesis, &[bytes]);
        let (chain_id, time_ms, accounts) = (decoded.chain_id, decoded.time_ms, Vec::new());
        Ok(Self { chain_id, time_ms, hash, parameters, validators, accounts, supply })
    }
}

fn unreadable() -> CoreError {
    invalid("not the canonical encoding of a genesis")
}

/// What stands before the accounts, and those.
fn split_accounts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    const WIRE_TYPE: u64 = 7;
    let mut rest = bytes;
    while rest.first().is_some_and(|tag| *tag != ACCOUNTS_TAG) {
        let (tag, after) = varint(rest)?;
        let (value, after) = varint(after)?;
        rest = match tag & WIRE_TYPE {
            0 => after,
            2 => after.get(usize::try_from(value).ok()?..)?,
            _ => return None,
        };
    }
    Some(bytes.split_at(bytes.len() - rest.len()))
}

/// Goes through the encoded accounts, which as objects would take several times
/// their bytes; gives the sum of their balances.
fn read_accounts(mut bytes: &[u8], mut found: impl FnMut(&Address, u64)) -> CoreResult<u64> {
    let mut supply = 0u64;
    let mut last: Option<&Address> = None;
    while !bytes.is_empty() {
        let (account, rest) = sized_field(bytes, ACCOUNTS_TAG).ok_or_else(unreadable)?;
        let (address, balance) = sized_field(account, ADDRESS_TAG).ok_or_else(unreadable)?;
        let address: &Address = array(address, "address", ErrorCode::GenesisInvalid)?;
        if last.is_some_and(|last| address <= last) {
            return Err(invalid("the accounts do not ascend by address"));
        }
        let Some((tag, balance)) = balance.split_first() else {
            return Err(invalid("an account without balance is no account"));
        };
        let (BALANCE_TAG, Some((balance @ 1.., []))) = (*tag, varint(balance)) else {
            return Err(unreadable());
        };
        supply = supply
            .checked_add(balance)
            .filter(|supply| *supply <= AMOUNT_MAX)
            .ok_or_else(|| invalid("the balances sum to more than 2^63 - 1"))?;
        found(address, balance);
        (last, bytes) = (Some(address), rest);
    }
    Ok(supply)
}

/// A field with its length, and what follows it.
fn sized_field(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = varint(rest).filter(|_| *first == tag)?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

fn check_chain_id(chain_id: &str) -> CoreResult<()> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = chain_id.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if begins && chain_id.len() <= CHAIN_ID_BYTES_MAX && chain_id.bytes().all(known) {
        return Ok(());
    }
    Err(invalid(format!(
        "chain_id has 1 to {CHAIN_ID_BYTES_MAX} letters, digits, '-', '_' or '.', and begins with a letter or digit"
    )))
}

/// What the largest transaction uses. No overflow in 64 bits: the three factors
/// are at most 2^32, and a transaction has at most 2^14 bytes and 2^4 actions.
fn gas_of_largest(parameters: &Parameters) -> u64 {
    parameters.gas_per_transaction
        + parameters.gas_per_byte * ENVELOPE_BYTES_MAX as u64
        + parameters.gas_per_action * ACTIONS_MAX as u64
}

/// Whether every parameter lies in its bounds. Errors: `GENESIS_INVALID`.
pub fn check_parameters(parameters: &Parameters) -> CoreResult<()> {
    const FACTOR_MAX: u64 = 1 << 32;
    const HOUR_MS: u64 = 3_600_000;
    let p = parameters;
    let bounded: [(&str, u64, u64, u64); 13] = [
        ("protocol_version", p.protocol_version.into(), 1, PROTOCOL_VERSION.into()),
        ("block_batches_max", p.block_batches_max.into(), 1, 4_096),
        (
            "batch_bytes_max",
            p.batch_bytes_max.into(),
            ENVELOPE_BYTES_MAX as u64 + PAYLOAD_OVERHEAD,
            BATCH_BYTES_MAX,
        ),
        ("base_fee_min", p.base_fee_min, 1, FACTOR_MAX),
        ("gas_per_transaction", p.gas_per_transaction, 1, FACTOR_MAX),
        ("gas_per_byte", p.gas_per_byte, 1, FACTOR_MAX),
        ("gas_per_action", p.gas_per_action, 1, FACTOR_MAX),
        ("block_gas_max", p.block_gas_max, 1, 1 << 60),
        // The smaller bound that holds for it is checked below, against what is known by then.
        ("slot_gas_max", p.slot_gas_max, 1, p.block_gas_max),
        ("validity_blocks_max", p.validity_blocks_max, 1, 1 << 32),
        ("checkpoint_blocks", p.checkpoint_blocks, 1, 1_000_000),
        ("precision_ms", p.precision_ms, 1, HOUR_MS),
        ("message_delay_ms", p.message_delay_ms, 1, HOUR_MS),
    ];
    for (name, value, min, max) in bounded {
        if !(min..=max).contains(&value) {
            return Err(invalid(format!("{name} is {value}, {min} to {max} are possible")));
        }
    }
    let least = gas_of_largest(p);
    if p.slot_gas_max < least {
        let why =
            format!("slot_gas_max is {}, but the largest transaction uses {least}", p.slot_gas_max);
        return Err(invalid(why));
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ed25519::public_key_of;
    use crate::proto::{GenesisAccount, Validator, ValidatorSet};
    use proptest::prelude::*;
    use prost::Message;

    pub(crate) fn parameters() -> Parameters {
        Parameters {
            protocol_version: 1,
            block_batches_max: 16,
            batch_bytes_max: 1 << 20,
            block_gas_max: 1_000_000_000,
            slot_gas_max: 100_000_000,
            base_fee_min: 2,
            gas_per_transaction: 1_000,
            gas_per_byte: 10,
            gas_per_action: 500,
            validity_blocks_max: 1_000,
            checkpoint_blocks: 100,
            precision_ms: 500,
            message_delay_ms: 2_000,
        }
    }

    pub(crate) fn genesis(accounts: &[(Address, u64)]) -> proto::Genesis {
        let key = public_key_of(&[9; 32]).to_vec();
        let validator = Validator { address: key.clone(), public_key: key, power: 10 };
        let mut accounts = accounts.to_vec();
        accounts.sort();
        proto::Genesis {
            chain_id: "test-1".into(),
            time_ms: 1_700_000_000_000,
            parameters: Some(parameters()),
            validators: Some(ValidatorSet { validators: vec![validator] }),
            accounts: accounts
                .iter()
                .map(|(address, balance)| GenesisAccount {
                    address: address.to_vec(),
                    balance: *balance,
                })
                .collect(),
        }
    }

    fn refusal(change: impl FnOnce(&mut proto::Genesis)) -> String {
        let mut genesis = genesis(&[([1; 32], 5), ([2; 32], 6)]);
        change(&mut genesis);
        let error = Genesis::parse(&genesis.encode_to_vec()).unwrap_err();
        assert_eq!(error.code, ErrorCode::GenesisInvalid);
        error.detail
    }

    #[test]
    fn a_right_genesis_gives_its_supply_and_hash() {
        let bytes = genesis(&[([1; 32], 5), ([2; 32], AMOUNT_MAX - 5)]).encode_to_vec();
        let genesis = Genesis::parse(&bytes).unwrap();
        assert_eq!(genesis.supply, AMOUNT_MAX);
        assert_eq!(genesis.hash, hash(Domain::Genesis, &[&bytes]));
    }

    #[test]
    fn chain_ids_have_a_charset_and_a_length() {
        for bad in ["", "-a", "a b", "ä", &"a".repeat(65)] {
            assert!(refusal(|genesis| genesis.chain_id = bad.into()).contains("chain_id"));
        }
    }

    #[test]
    fn accounts_ascend_have_balance_and_sum_to_the_largest_supply_at_most() {
        assert!(refusal(|genesis| genesis.accounts.swap(0, 1)).contains("ascend"));
        assert!(
            refusal(|genesis| genesis.accounts[1] = genesis.accounts[0].clone()).contains("ascend")
        );
        assert!(refusal(|genesis| genesis.accounts[0].balance = 0).contains("balance"));
        assert!(refusal(|genesis| genesis.accounts[0].address.truncate(31)).contains("address"));
        assert!(refusal(|genesis| genesis.accounts[0].balance = AMOUNT_MAX).contains("sum"));
        assert!(refusal(|genesis| genesis.accounts[0].balance = u64::MAX).contains("sum"));
    }

    #[test]
    fn parameters_and_validators_are_checked() {
        assert!(refusal(|genesis| genesis.parameters = None).contains("missing"));
        assert!(refusal(|genesis| genesis.validators = None).contains("missing"));
        assert!(refusal(|genesis| genesis.validators = Some(ValidatorSet::default()))
            .contains("validators"));
        assert!(refusal(|genesis| genesis.time_ms = 1 << 53).contains("time_ms"));
        assert!(refusal(|genesis| genesis.parameters.as_mut().unwrap().slot_gas_max = 1_000)
            .contains("slot_gas_max"));
    }

    #[test]
    fn no_parameter_may_be_zero_or_without_bound() {
        type Change = fn(&mut Parameters, u64);
        let changes: [(&str, Change); 13] = [
            ("protocol_version", |p, v| p.protocol_version = v as u32),
            ("block_batches_max", |p, v| p.block_batches_max = v as u32),
            ("batch_bytes_max", |p, v| p.batch_bytes_max = v as u32),
            ("block_gas_max", |p, v| p.block_gas_max = v),
            ("slot_gas_max", |p, v| p.slot_gas_max = v),
            ("base_fee_min", |p, v| p.base_fee_min = v),
            ("gas_per_transaction", |p, v| p.gas_per_transaction = v),
            ("gas_per_byte", |p, v| p.gas_per_byte = v),
            ("gas_per_action", |p, v| p.gas_per_action = v),
            ("validity_blocks_max", |p, v| p.validity_blocks_max = v),
            ("checkpoint_blocks", |p, v| p.checkpoint_blocks = v),
            ("precision_ms", |p, v| p.precision_ms = v),
            ("message_delay_ms", |p, v| p.message_delay_ms = v),
        ];
        for (name, change) in changes {
            for value in [0, u64::MAX] {
                let mut parameters = parameters();
                change(&mut parameters, value);
                let detail = check_parameters(&parameters).unwrap_err().detail;
                assert!(detail.starts_with(name), "{name} = {value}: {detail}");
            }
        }
    }

    #[test]
    fn a_batch_fits_a_message() {
        let of = |batch_bytes_max| Parameters { batch_bytes_max, ..parameters() };
        assert!(check_parameters(&of(2 << 20)).is_ok());
        assert!(check_parameters(&of((2 << 20) + 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = Genesis::parse(&bytes);
        }

        #[test]
        fn what_is_right_is_canonical(
            balances in prop::collection::vec(1u64..1 << 40, 0..9),
            at: prop::sample::Index,
            change in prop::option::of((any::<u8>(), 0usize..3)),
        ) {
            let accounts: Vec<_> =
                (0u8..).zip(&balances).map(|(n, balance)| ([n; 32], *balance)).collect();
            let mut bytes = genesis(&accounts).encode_to_vec();
            if let Some((byte, kind)) = change {
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => drop(bytes.remove(at)),
                }
            }
            let canonical =
                decode_canonical::<proto::Genesis>(&bytes, ErrorCode::GenesisInvalid).ok();
            match Genesis::parse(&bytes) {
                Ok(genesis) => {
                    let decoded: Vec<_> = canonical
                        .unwrap()
                        .accounts
                        .into_iter()
                        .map(|account| (account.address.try_into().unwrap(), account.balance))
                        .collect();
                    prop_assert_eq!(&genesis.accounts, &decoded);
                    let head = Genesis::parse_head(&bytes).unwrap();
                    prop_assert_eq!((head.hash, head.supply), (genesis.hash, genesis.supply));
                    prop_assert!(head.accounts.is_empty());
                }
                Err(_) => prop_assert!(change.is_some()),
            }
        }
    }
}
