//! BLAKE3 of four inputs of one chunk each, side by side: section 2 of the
//! paper (<https://github.com/BLAKE3-team/BLAKE3-specs>), a lane per input.
//! One input alone has its rounds wait for each other; four keep the vectors
//! full.

use super::lanes::{Words, LANES};
use super::Hash;

/// What is hashed without a tree.
pub const CHUNK: usize = 1024;
pub const BLOCK: usize = 64;

const IV: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 2;
const ROOT: u32 = 8;

/// Which words of a block each round takes: one permutation, again and again.
const SCHEDULE: [[usize; 16]; 7] = schedule();

const fn schedule() -> [[usize; 16]; 7] {
    const STEP: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
    let mut rounds = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]; 7];
    let mut round = 1;
    while round < 7 {
        let mut word = 0;
        while word < 16 {
            rounds[round][word] = rounds[round - 1][STEP[word]];
            word += 1;
        }
        round += 1;
    }
    rounds
}

/// The hashes of the first `lengths` bytes of each lane, at most [`CHUNK`].
/// What follows them in their last block must be zeros.
pub fn hash_lanes(lanes: &[[u8; CHUNK]; LANES], lengths: [usize; LANES]) -> [Hash; LANES] {
    let last = lengths.map(|length| length.saturating_sub(1) / BLOCK);
    let blocks = last.iter().fold(0, |most, last| most.max(last + 1));
    let mut chain = IV.map(Words::splat);
    for block in 0..blocks {
        let start = if block == 0 { CHUNK_START } else { 0 };
        let mut tail = [[0; LANES]; 3];
        for lane in 0..LANES {
            let [size, flags, open] = &mut tail;
            let is_last = block == last[lane];
            size[lane] = if is_last { lengths[lane] - block * BLOCK } else { BLOCK } as u32;
            flags[lane] = if is_last { start | CHUNK_END | ROOT } else { start };
            open[lane] = if block <= last[lane] { u32::MAX } else { 0 };
        }
        let [sizes, flags, open] = tail.map(Words::new);
        let next = compress(&chain, &read_blocks(lanes, block), sizes, flags);
        for (word, next) in chain.iter_mut().zip(next) {
            *word = next.select(*word, open);
        }
    }
    write_hashes(&chain)
}

/// The 16 words of a block of each lane.
#[inline(always)]
fn read_blocks(lanes: &[[u8; CHUNK]; LANES], block: usize) -> [Words; 16] {
    let mut words = [Words::splat(0); 16];
    let rows = [0, 1, 2, 3].map(|lane| {
        let (blocks, _) = lanes[lane].as_chunks::<BLOCK>();
        blocks[block].as_chunks::<16>().0
    });
    for (quarter, words) in words.chunks_exact_mut(LANES).enumerate() {
        words.copy_from_slice(&Words::transposed(rows.map(|row| Words::read(&row[quarter]))));
    }
    words
}

#[inline(always)]
fn write_hashes(chain: &[Words; 8]) -> [Hash; LANES] {
    let mut hashes = [[0; 32]; LANES];
    for (half, words) in chain.chunks_exact(LANES).enumerate() {
        let rows = Words::transposed([words[0], words[1], words[2], words[3]]);
        for (hash, row) in hashes.iter_mut().zip(rows) {
            let (places, _) = hash.as_chunks_mut::<4>();
            for (place, word) in places[half * LANES..].iter_mut().zip(row.get()) {
                *place = word.to_le_bytes();
            }
        }
    }
    hashes
}

/// The chaining values after one more block. The counter of a first chunk is 0.
#[inline(always)]
fn compress(chain: &[Words; 8], block: &[Words; 16], sizes: Words, flags: Words) -> [Words; 8] {
    let [a, b, c, d, e, f, g, h] = *chain;
    let [i, j, k, l] = [IV[0], IV[1], IV[2], IV[3]].map(Words::splat);
    let zero = Words::splat(0);
    let mut state = [a, b, c, d, e, f, g, h, i, j, k, l, zero, zero, sizes, flags];
    round::<0>(&mut state, block);
    round::<1>(&mut state, block);
    round::<2>(&mut state, block);
    round::<3>(&mut state, block);
    round::<4>(&mut state, block);
    round::<5>(&mut state, block);
    round::<6>(&mut state, block);
    [0, 1, 2, 3, 4, 5, 6, 7].map(|word| state[word] ^ state[word + 8])
}

#[inline(always)]
fn round<const ROUND: usize>(state: &mut [Words; 16], block: &[Words; 16]) {
    let word = |at: usize| block[SCHEDULE[ROUND][at]];
    mix(state, [0, 4, 8, 12], word(0), word(1));
    mix(state, [1, 5, 9, 13], word(2), word(3));
    mix(state, [2, 6, 10, 14], word(4), word(5));
    mix(state, [3, 7, 11, 15], word(6), word(7));
    mix(state, [0, 5, 10, 15], word(8), word(9));
    mix(state, [1, 6, 11, 12], word(10), word(11));
    mix(state, [2, 7, 8, 13], word(12), word(13));
    mix(state, [3, 4, 9, 14], word(14), word(15));
}

#[inline(always)]
fn mix(state: &mut [Words; 16], [a, b, c, d]: [usize; 4], first: Words, second: Words) {
    state[a] = state[a] + state[b] + first;
    state[d] = (state[d] ^ state[a]).rotate_right::<16>();
    state[c] = state[c] + state[d];
    state[b] = (state[b] ^ state[c]).rotate_right::<12>();
    state[a] = state[a] + state[b] + second;
    state[d] = (state[d] ^ state[a]).rotate_right::<8>();
    state[c] = state[c] + state[d];
    state[b] = (state[b] ^ state[c]).rotate_right::<7>();
}
