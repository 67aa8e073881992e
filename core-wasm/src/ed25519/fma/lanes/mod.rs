//! Two lanes, each of one `f64` ([`Lanes`]) or one `u64` ([`Words`]).
//!
//! All that the arithmetic above needs of a machine. Two implementations give
//! the same bits: 128-bit vectors of WebAssembly, and plain Rust for every other
//! target, which the tests of this crate run on. Every operation is exact or
//! rounded as IEEE 754 says, ties to even; none depends on the machine, but for
//! [`Lanes::mul_add`] in WebAssembly, which `super::fused` is about.

#[cfg(not(target_arch = "wasm32"))]
mod portable;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub use portable::{Lanes, Words};
#[cfg(target_arch = "wasm32")]
pub use wasm::{Lanes, Words};
