//! Byte strings whose length is part of a format.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;

/// `bytes` as an array of exactly `N`, or an error that names the field.
pub fn array<'a, const N: usize>(
    bytes: &'a [u8],
    what: &str,
    otherwise: ErrorCode,
) -> CoreResult<&'a [u8; N]> {
    bytes.try_into().map_err(|_| {
        CoreError::with(otherwise, format!("{what} has {} bytes, not {N}", bytes.len()))
    })
}
