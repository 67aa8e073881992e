//! Everything of Rustorium that must be exact or fast: encoding, hashing,
//! signatures, mempool order, consensus state machine, ledger and state tree.
//! No I/O, no clock, no randomness: bytes in, bytes out.

pub mod address;
pub mod archive;
pub mod batch;
pub mod block;
mod body;
pub mod buckets;
pub mod certificate;
pub mod consensus;
pub mod ed25519;
pub mod error;
pub mod evidence;
pub mod fixed;
pub mod genesis;
pub mod hash;
pub mod invalid_batch;
pub mod leaves;
pub mod ledger;
pub mod light;
pub mod mempool;
pub mod merkle;
pub mod proof;
pub mod proto;
pub mod shard;
mod slot_table;
pub mod state;
pub mod transaction;
pub mod tree;
pub mod validators;
pub mod vote;
pub mod wasm;
pub mod wire;
