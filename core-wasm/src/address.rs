//! Addresses: 32 bytes, shown as bech32m, and the slot each belongs to.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::hash::{hash, Domain, Hash, Hashes};
use crate::proto::ErrorCode;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};

/// The ed25519 public key of the account, unless its record says otherwise.
pub type Address = [u8; 32];

const HRP: Hrp = Hrp::parse_unchecked("rst");
/// `rst` + `1` + 52 characters of data + 6 of checksum.
const TEXT_LENGTH: usize = 62;

/// The text form of an address, lower case.
pub fn encode(address: &Address) -> String {
    // Fails only on text longer than the checksum covers: 62 is far below 1023.
    bech32::encode::<Bech32m>(HRP, address).unwrap_or_default()
}

/// The address behind a text of either case. Errors: `ADDRESS_MALFORMED`.
pub fn decode(text: &str) -> CoreResult<Address> {
    let malformed = |why: &str| CoreError::with(ErrorCode::AddressMalformed, why);
    if text.len() != TEXT_LENGTH {
        return Err(malformed("an address has 62 characters"));
    }
    let checked =
        CheckedHrpstring::new::<Bech32m>(text).map_err(|why| malformed(&why.to_string()))?;
    if checked.hrp() != HRP {
        return Err(malformed("an address begins with rst1"));
    }
    let bytes: Vec<u8> = checked.byte_iter().collect();
    let address: Address = bytes.try_into().map_err(|_| malformed("an address has 32 bytes"))?;
    // Bits that fill up the last character would give one address several texts.
    if !encode(&address).eq_ignore_ascii_case(text) {
        return Err(malformed("the last character carries bits that mean nothing"));
    }
    Ok(address)
}

/// The slot (0..=255) whose tree holds the address.
pub fn slot_of(address: &Address) -> u8 {
    hash(Domain::Slot, &[address])[0]
}

/// The slots of many addresses.
pub fn slots_of<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> Vec<u8> {
    let mut hashes = Hashes::default();
    addresses.into_iter().for_each(|address| hashes.push(Domain::Slot, [address]));
    hashes.get().iter().map(|hash| hash[0]).collect()
}

/// The account of the protocol itself with this name; no key controls it.
pub fn system_account(name: &str) -> Hash {
    hash(Domain::SystemAccount, &[name.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_upper_case_address_is_the_same_address() {
        let text = encode(&[7; 32]);
        assert_eq!(text.len(), TEXT_LENGTH);
        assert_eq!(decode(&text.to_uppercase()).unwrap(), [7; 32]);
    }

    #[test]
    fn other_prefixes_checksums_and_padding_are_refused() {
        let foreign = bech32::encode::<Bech32m>(Hrp::parse("bst").unwrap(), &[7; 32]).unwrap();
        let old = bech32::encode::<bech32::Bech32>(HRP, &[7; 32]).unwrap();
        let short = bech32::encode::<Bech32m>(HRP, &[7; 31]).unwrap();
        for text in [foreign, old, short, String::new(), "rst1".into(), "é".repeat(31)] {
            assert_eq!(decode(&text).unwrap_err().code, ErrorCode::AddressMalformed);
        }
        use bech32::{ByteIterExt, Fe32, Fe32IterExt};
        let mut data: Vec<Fe32> = [7u8; 32].iter().copied().bytes_to_fes().collect();
        *data.last_mut().unwrap() = Fe32::try_from(data.last().unwrap().to_u8() | 1).unwrap();
        let padded: String = data.iter().copied().with_checksum::<Bech32m>(&HRP).chars().collect();
        assert_eq!(decode(&padded).unwrap_err().code, ErrorCode::AddressMalformed);
    }

    proptest! {
        #[test]
        fn text_and_bytes_are_inverse(address: [u8; 32]) {
            prop_assert_eq!(decode(&encode(&address)).unwrap(), address);
        }

        #[test]
        fn a_changed_character_is_noticed(address: [u8; 32], at in 4usize..62, to in 0usize..32) {
            let mut text = encode(&address).into_bytes();
            let letter = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"[to];
            prop_assume!(text[at] != letter);
            text[at] = letter;
            prop_assert!(decode(std::str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_answered(text in ".{0,80}") {
            let _ = decode(&text);
        }
    }
}
