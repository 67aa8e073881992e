//! The types of `proto/rustorium/v1`.
#![allow(missing_docs)]

use crate::error::{CoreError, CoreResult};
use prost::Message;

include!(concat!(env!("OUT_DIR"), "/rustorium.v1.rs"));

/// Decodes bytes that must be the one canonical encoding of a message: fields
/// in order, defaults left out, nothing unknown, nothing behind. What prost
/// writes is that encoding, so whatever it does not write again is not it.
pub fn decode_canonical<M: Message + Default>(bytes: &[u8], otherwise: ErrorCode) -> CoreResult<M> {
    let message = M::decode(bytes).map_err(|_| CoreError::new(otherwise))?;
    if message.encoded_len() != bytes.len() || message.encode_to_vec() != bytes {
        return Err(CoreError::new(otherwise));
    }
    Ok(message)
}
