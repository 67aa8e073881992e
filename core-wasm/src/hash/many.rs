//! Hashes of many short inputs, four at a time.

use super::chunk::{hash_lanes, BLOCK, CHUNK};
use super::lanes::{FEWEST, LANES};
use super::{Domain, Hash};

/// Takes inputs one by one and gives their hashes in the same order, at half
/// the cost of [`super::hash`] or less for inputs of up to 1 KiB. Copies inputs
/// and allocates for hashes alone; worth keeping for the next list of inputs.
#[derive(Clone, Debug)]
pub struct Hashes {
    hashes: Vec<Hash>,
    /// How many wait in the lanes.
    waiting: usize,
    lengths: [usize; LANES],
    lanes: [[u8; CHUNK]; LANES],
}

impl Default for Hashes {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Hashes {
    /// With memory for so many.
    pub fn with_capacity(count: usize) -> Self {
        let lanes = [[0; CHUNK]; LANES];
        Self { hashes: Vec::with_capacity(count), waiting: 0, lengths: [0; LANES], lanes }
    }

    /// Takes the next input, for `BLAKE3(domain | parts…)`.
    #[inline]
    pub fn push<const PARTS: usize>(&mut self, domain: Domain, parts: [&[u8]; PARTS]) {
        let length = parts.iter().fold(1, |sum, part| sum + part.len());
        if length > CHUNK {
            return self.push_hash(super::hash(domain, &parts));
        }
        let lane = self.next(length);
        lane[0] = domain as u8;
        let mut at = 1;
        for part in parts {
            lane[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        self.taken();
    }

    /// Takes the next input, for `BLAKE3(bytes)`.
    #[inline]
    pub fn push_bare(&mut self, bytes: &[u8]) {
        if bytes.len() > CHUNK {
            return self.push_hash(*blake3::hash(bytes).as_bytes());
        }
        self.next(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.taken();
    }

    /// The hashes of all that was taken since the last [`Self::clear`].
    pub fn get(&mut self) -> &[Hash] {
        self.flush();
        &self.hashes
    }

    /// The same, leaving none.
    pub fn take(&mut self) -> Vec<Hash> {
        self.flush();
        std::mem::take(&mut self.hashes)
    }

    /// Forgets all that was taken.
    pub fn clear(&mut self) {
        self.waiting = 0;
        self.hashes.clear();
    }

    /// Where the next input goes, with zeros behind it.
    #[inline]
    fn next(&mut self, length: usize) -> &mut [u8; CHUNK] {
        self.lengths[self.waiting] = length;
        let lane = &mut self.lanes[self.waiting];
        let (blocks, _) = lane.as_chunks_mut::<BLOCK>();
        blocks[length.saturating_sub(1) / BLOCK] = [0; BLOCK];
        lane
    }

    #[inline]
    fn taken(&mut self) {
        self.waiting += 1;
        if self.waiting == LANES {
            self.flush();
        }
    }

    /// Behind those that wait.
    fn push_hash(&mut self, hash: Hash) {
        self.flush();
        self.hashes.push(hash);
    }

    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting < FEWEST {
            let inputs = self.lanes.iter().zip(self.lengths).take(waiting);
            self.hashes
                .extend(inputs.map(|(lane, length)| *blake3::hash(&lane[..length]).as_bytes()));
        } else {
            self.lengths[waiting..].fill(0);
            let hashes = hash_lanes(&self.lanes, self.lengths);
            self.hashes.extend_from_slice(&hashes[..waiting]);
        }
    }
}
