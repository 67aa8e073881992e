//! Bytes of many sizes that come and go, in blocks of one size: nothing is
//! moved, and no order of coming and going leaves holes that nothing fits.

const BLOCK_BYTES: usize = 60;
/// Blocks that are taken from the allocator at once: 64 KiB.
const CHUNK: usize = 1024;
const NONE: u32 = u32::MAX;

/// A part of some bytes, or nothing; and which block goes on.
#[derive(Clone, Debug)]
struct Block {
    bytes: [u8; BLOCK_BYTES],
    next: u32,
}

/// Where some bytes are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    first: u32,
    length: u32,
}

impl Stored {
    pub fn len(&self) -> usize {
        self.length as usize
    }
}

/// Keeps what it once needed: at most a block more than a third above the bytes
/// that were in it at once.
#[derive(Clone, Debug)]
pub(super) struct Arena {
    chunks: Vec<Box<[Block]>>,
    free: u32,
}

impl Default for Arena {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: NONE }
    }
}

impl Arena {
    /// At least one byte.
    pub fn put(&mut self, bytes: &[u8]) -> Stored {
        let (mut first, mut last) = (NONE, NONE);
        for part in bytes.chunks(BLOCK_BYTES) {
            if self.free == NONE {
                self.grow();
            }
            let at = self.free;
            let block = self.block_mut(at);
            block.bytes[..part.len()].copy_from_slice(part);
            let next = std::mem::replace(&mut block.next, NONE);
            self.free = next;
            if last == NONE {
                first = at;
            } else {
                self.block_mut(last).next = at;
            }
            last = at;
        }
        // An envelope has at most 2^14 bytes.
        Stored { first, length: bytes.len() as u32 }
    }

    /// The bytes, part by part.
    pub fn parts(&self, stored: Stored) -> impl Iterator<Item = &[u8]> {
        let (mut at, mut left) = (stored.first, stored.len());
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let block = self.block(at);
            let part = &block.bytes[..left.min(BLOCK_BYTES)];
            (at, left) = (block.next, left - part.len());
            Some(part)
        })
    }

    /// Whether they are exactly these.
    pub fn is(&self, stored: Stored, bytes: &[u8]) -> bool {
        stored.len() == bytes.len()
            && self.parts(stored).zip(bytes.chunks(BLOCK_BYTES)).all(|(part, other)| part == other)
    }

    /// Appends the bytes.
    pub fn copy(&self, stored: Stored, into: &mut Vec<u8>) {
        self.parts(stored).for_each(|part| into.extend_from_slice(part));
    }

    pub fn remove(&mut self, stored: Stored) {
        let mut at = stored.first;
        let blocks = stored.len().div_ceil(BLOCK_BYTES);
        for _ in 1..blocks {
            at = self.block(at).next;
        }
        if blocks > 0 {
            self.block_mut(at).next = self.free;
            self.free = stored.first;
        }
    }

    fn grow(&mut self) {
        let start = (self.chunks.len() * CHUNK) as u32;
        let blocks = (1..=CHUNK as u32).map(|next| {
            let next = if next == CHUNK as u32 { self.free } else { start + next };
            Block { bytes: [0; BLOCK_BYTES], next }
        });
        self.chunks.push(blocks.collect());
        self.free = start;
    }

    fn block(&self, at: u32) -> &Block {
        &self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }

    fn block_mut(&mut self, at: u32) -> &mut Block {
        &mut self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn room_is_used_again() {
        let mut arena = Arena::default();
        let mut rounds = [0; 3].map(|_| {
            let stored: Vec<_> = (0..500).map(|_| arena.put(&[1; 200])).collect();
            stored.into_iter().for_each(|one| arena.remove(one));
            arena.chunks.len()
        });
        rounds.sort_unstable();
        assert_eq!(rounds, [2; 3]);
    }

    proptest! {
        #[test]
        fn bytes_stay_what_they_are(
            steps in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..400), any::<bool>()), 1..60)
        ) {
            let mut arena = Arena::default();
            let mut kept: Vec<(Stored, Vec<u8>)> = Vec::new();
            for (at, (bytes, stays)) in steps.into_iter().enumerate() {
                let stored = arena.put(&bytes);
                kept.push((stored, bytes));
                if !stays {
                    arena.remove(kept.swap_remove(at / 2 % kept.len()).0);
                }
                for (stored, bytes) in &kept {
                    let mut copy = Vec::new();
                    arena.copy(*stored, &mut copy);
                    prop_assert!(&copy == bytes && arena.is(*stored, bytes));
                    copy[0] ^= 1;
                    prop_assert!(!arena.is(*stored, &copy) && !arena.is(*stored, &bytes[1..]));
                }
            }
        }
    }
}
