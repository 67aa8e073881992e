//! What transactions do to accounts, and when they may.
#![forbid(unsafe_code)]

pub mod account;
mod rules;
mod terms;

pub use rules::{Charge, Rules};
pub use terms::{gas_of, Terms};
