//! What transactions do to accounts, and when they may.
#![forbid(unsafe_code)]

pub mod account;
mod base_fee;
mod rules;
mod terms;

pub use base_fee::base_fee_after;
pub use rules::{Charge, Rules};
pub use terms::{gas_of, Terms};
