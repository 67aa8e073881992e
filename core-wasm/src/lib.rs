//! Everything of Rustorium that must be exact or fast: encoding, hashing,
//! signatures, mempool order, consensus state machine, ledger and state tree.
//! No I/O, no clock, no randomness: bytes in, bytes out.

pub mod error;
pub mod hash;
pub mod proto;
pub mod wasm;
