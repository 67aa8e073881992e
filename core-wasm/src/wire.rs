//! The few pieces of the protobuf wire format, and of our own little-endian
//! tables, that hot paths read and write by hand.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;

/// Appends a varint.
pub fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// A varint in its shortest form and what follows it.
pub fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        // The tenth byte has room for one bit.
        if at == 9 && *byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let shortest = at == 0 || *byte != 0;
            return shortest.then_some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// Reads little-endian tables that parts of one node hand each other. Running
/// short is an error, never a panic.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> CoreResult<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> CoreResult<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    /// One byte.
    pub fn u8(&mut self) -> CoreResult<u8> {
        self.array::<1>().map(|[byte]| *byte)
    }

    /// Two bytes, little endian.
    pub fn u16(&mut self) -> CoreResult<u16> {
        self.array().map(|bytes| u16::from_le_bytes(*bytes))
    }

    /// Four bytes, little endian.
    pub fn u32(&mut self) -> CoreResult<u32> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// Eight bytes, little endian.
    pub fn u64(&mut self) -> CoreResult<u64> {
        self.array().map(|bytes| u64::from_le_bytes(*bytes))
    }

    /// A `u32` length and that many bytes.
    pub fn sized(&mut self) -> CoreResult<&'a [u8]> {
        let length = self.u32()?;
        self.bytes(length as usize)
    }
}

fn short() -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, "a table ends early")
}

/// Appends a `u32` length and the bytes.
pub fn put_sized(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    into.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn longer_forms_of_a_varint_are_refused() {
        assert_eq!(varint(&[0x80, 0]), None);
        assert_eq!(varint(&[0xff; 11]), None);
        let mut beyond = [0xff; 10];
        beyond[9] = 2;
        assert_eq!(varint(&beyond), None);
        assert_eq!(varint(&[]), None);
    }

    proptest! {
        #[test]
        fn varints_are_those_of_protobuf(value: u64, tail: Vec<u8>) {
            for value in [value, value >> 32, value >> 57, u64::MAX] {
                let mut bytes = Vec::new();
                put_varint(&mut bytes, value);
                let mut expected = Vec::new();
                prost::encoding::encode_varint(value, &mut expected);
                prop_assert_eq!(&bytes, &expected);
                bytes.extend(&tail);
                prop_assert_eq!(varint(&bytes), Some((value, &tail[..])));
            }
        }
    }
}
