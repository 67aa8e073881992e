//! Consensus: Malachite's core with our types, codec and proposer rotation.

pub mod codec;
pub mod context;
pub mod effects;
pub mod engine;
pub mod entry;
pub mod schedule;
pub mod verify;
