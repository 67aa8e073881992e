//! Four numbers of 32 bits, side by side.
//!
//! Two implementations give the same bits: 128-bit vectors of WebAssembly, and
//! plain Rust for every other target, which the tests of this crate run on.

#[cfg(not(target_feature = "simd128"))]
mod portable;
#[cfg(target_feature = "simd128")]
mod wasm;

#[cfg(not(target_feature = "simd128"))]
pub use portable::Words;
#[cfg(target_feature = "simd128")]
pub use wasm::Words;

/// How many.
pub const LANES: usize = 4;
/// Fewer inputs than these are hashed faster one by one: all, where WebAssembly
/// has no vectors.
pub const FEWEST: usize =
    if cfg!(all(target_arch = "wasm32", not(target_feature = "simd128"))) { LANES + 1 } else { 2 };

impl Words {
    /// Little endian.
    #[inline(always)]
    pub fn read(bytes: &[u8; 16]) -> Self {
        let (words, _) = bytes.as_chunks();
        Self::new([0, 1, 2, 3].map(|lane| u32::from_le_bytes(words[lane])))
    }

    /// Rows become columns.
    #[inline(always)]
    pub fn transposed(rows: [Self; LANES]) -> [Self; LANES] {
        let [a, b, c, d] = rows;
        let (ab_low, ab_high) = a.interleaved(b);
        let (cd_low, cd_high) = c.interleaved(d);
        let (first, second) = ab_low.halves(cd_low);
        let (third, fourth) = ab_high.halves(cd_high);
        [first, second, third, fourth]
    }
}
