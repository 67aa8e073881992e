//! Keys of a slot tree: 33 bytes each but for the lower sentinel, so that none
//! is a prefix of another.

use crate::address::Address;
use crate::proof::{account_key, ACCOUNT_KEY, KEY_BYTES_MAX};

/// A key of a slot tree. Held padded with zeros: comparing and branching on the
/// padded bytes is the same as on the key's own, as no other key begins with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; KEY_BYTES_MAX]);

impl Key {
    /// `0x00`, below every key.
    pub const LOWEST: Key = Key([0; KEY_BYTES_MAX]);
    /// 33 × `0xff`, above every key.
    pub const HIGHEST: Key = Key([0xff; KEY_BYTES_MAX]);

    /// `0x01 | address`.
    pub fn account(address: &Address) -> Key {
        Key(account_key(address))
    }

    /// A key as it stands in a page; `None` for what no tree holds.
    pub fn from_bytes(bytes: &[u8]) -> Option<Key> {
        if bytes == Self::LOWEST.bytes() {
            return Some(Self::LOWEST);
        }
        let key = Key(bytes.try_into().ok()?);
        (key.address().is_some() || key == Self::HIGHEST).then_some(key)
    }

    /// As it is hashed and stored.
    pub fn bytes(&self) -> &[u8] {
        if self.0[0] == 0 {
            &self.0[..1]
        } else {
            &self.0
        }
    }

    /// Whose account the key is of; `None` for sentinels.
    pub fn address(&self) -> Option<&Address> {
        match self.0.split_first() {
            Some((&ACCOUNT_KEY, address)) => address.try_into().ok(),
            _ => None,
        }
    }

    /// The bit at an index, the highest of the first byte being 0.
    pub(super) fn bit(&self, index: u16) -> usize {
        let byte = self.0[usize::from(index / 8) % KEY_BYTES_MAX];
        usize::from(byte >> (7 - index % 8) & 1)
    }

    /// Index of the first bit in which two keys differ.
    pub(super) fn first_difference(&self, other: &Key) -> Option<u16> {
        let at = self.0.iter().zip(&other.0).position(|(mine, theirs)| mine != theirs)?;
        let differing = (self.0[at] ^ other.0[at]).leading_zeros() as usize;
        // At most 33 × 8.
        Some((at * 8 + differing) as u16)
    }

    /// Spreads keys over an index. Whoever makes keys that collide gains a walk:
    /// see [`super::index::KeyIndex`].
    pub(super) fn mix(&self) -> u64 {
        let (words, _) = self.0[1..].as_chunks();
        words.iter().fold(0, |mix, word| {
            let mixed = (mix ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed ^ (mixed >> 32)
        })
    }

    /// The highest padded key that begins with the first `bits` bits of this one.
    pub(super) fn last_of(&self, bits: u16) -> Key {
        let mut last = [0xff; KEY_BYTES_MAX];
        let prefix = self.prefix(bits);
        last[..prefix.len()].copy_from_slice(&prefix);
        if let (Some(byte), false) = (last.get_mut(usize::from(bits / 8)), bits.is_multiple_of(8)) {
            *byte |= 0xff >> (bits % 8);
        }
        Key(last)
    }

    /// The lowest such.
    pub(super) fn first_of(&self, bits: u16) -> Key {
        let mut first = [0; KEY_BYTES_MAX];
        let prefix = self.prefix(bits);
        first[..prefix.len()].copy_from_slice(&prefix);
        Key(first)
    }

    /// The first `bits` bits, the rest of the last byte zero.
    pub(super) fn prefix(&self, bits: u16) -> Vec<u8> {
        let whole = usize::from(bits / 8).min(KEY_BYTES_MAX);
        let mut prefix = self.0[..whole].to_vec();
        if !bits.is_multiple_of(8) {
            prefix.push(self.0[whole % KEY_BYTES_MAX] & (0xff_u8 << (8 - bits % 8)));
        }
        prefix
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentinels_enclose_every_account() {
        for address in [[0; 32], [0xff; 32]] {
            let key = Key::account(&address);
            assert!(Key::LOWEST < key && key < Key::HIGHEST);
            assert!(Key::LOWEST.bytes() < key.bytes() && key.bytes() < Key::HIGHEST.bytes());
        }
    }

    #[test]
    fn only_account_keys_and_sentinels_are_keys() {
        assert_eq!(Key::from_bytes(&[0]), Some(Key::LOWEST));
        assert_eq!(Key::from_bytes(&[0xff; 33]), Some(Key::HIGHEST));
        for bytes in [&[][..], &[1], &[0, 0], &[0; 33], &[2; 33], &[1; 32], &[1; 34]] {
            assert_eq!(Key::from_bytes(bytes), None);
        }
    }

    proptest! {
        #[test]
        fn the_first_difference_decides_the_order(a: [u8; 32], b: [u8; 32]) {
            let (a, b) = (Key::account(&a), Key::account(&b));
            match a.first_difference(&b) {
                None => prop_assert_eq!(a, b),
                Some(bit) => {
                    prop_assert_eq!(a.bit(bit) < b.bit(bit), a < b);
                    prop_assert_eq!(a.prefix(bit), b.prefix(bit));
                    prop_assert_ne!(a.prefix(bit + 1), b.prefix(bit + 1));
                }
            }
        }
    }
}
