//! One leaf in one cache line.

use super::{Key, NONE};

/// Values up to here, nearly all there are, stand in the leaf itself.
const INLINE: usize = 23;
/// As a length: the value stands elsewhere, and its number here.
const ELSEWHERE: u8 = u8::MAX;

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Leaf {
    pub key: Key,
    pub marks: u8,
    /// Generation of the last change.
    pub changed: u16,
    pub parent: u32,
    /// 0: vacant.
    length: u8,
    value: [u8; INLINE],
}

const _: () = assert!(size_of::<Leaf>() == 64);

impl Default for Leaf {
    fn default() -> Self {
        Leaf { key: Key::LOWEST, marks: 0, changed: 0, parent: NONE, length: 0, value: [0; INLINE] }
    }
}

impl Leaf {
    /// With a value to come, and a parent.
    pub fn new(key: Key, marks: u8, changed: u16) -> Leaf {
        Leaf { key, marks, changed, ..Leaf::default() }
    }

    pub fn is_vacant(&self) -> bool {
        self.length == 0
    }

    pub fn value<'a>(&'a self, long: &'a LongValues) -> &'a [u8] {
        match self.number() {
            None => self.value.get(..usize::from(self.length)).unwrap_or_default(),
            Some(number) => &long.values[number as usize],
        }
    }

    /// Takes a value of 1 to [`super::VALUE_BYTES_MAX`] bytes; with none, gives
    /// back what the last took elsewhere.
    pub fn set_value(&mut self, value: &[u8], long: &mut LongValues) {
        if let Some(number) = self.number() {
            long.vacate(number);
        }
        match self.value.get_mut(..value.len()) {
            Some(inline) => {
                inline.copy_from_slice(value);
                self.length = value.len() as u8;
            }
            None => {
                let [a, b, c, d, ..] = &mut self.value;
                [*a, *b, *c, *d] = long.put(value).to_le_bytes();
                self.length = ELSEWHERE;
            }
        }
    }

    fn number(&self) -> Option<u32> {
        let [a, b, c, d, ..] = self.value;
        (self.length == ELSEWHERE).then_some(u32::from_le_bytes([a, b, c, d]))
    }
}

/// Values that are too long for a leaf.
#[derive(Clone, Debug, Default)]
pub(super) struct LongValues {
    values: Vec<Box<[u8]>>,
    vacant: Vec<u32>,
    bytes: usize,
}

impl LongValues {
    fn put(&mut self, value: &[u8]) -> u32 {
        self.bytes += value.len();
        match self.vacant.pop() {
            Some(number) => {
                self.values[number as usize] = value.into();
                number
            }
            None => {
                if self.values.len() == self.values.capacity() {
                    self.values.reserve_exact(self.values.len() / 8 + 8);
                }
                self.values.push(value.into());
                (self.values.len() - 1) as u32
            }
        }
    }

    fn vacate(&mut self, number: u32) {
        self.bytes -= std::mem::take(&mut self.values[number as usize]).len();
        self.vacant.push(number);
    }

    /// Bytes of memory, what the allocator adds to each among them.
    pub fn memory(&self) -> usize {
        self.bytes
            + self.values.capacity() * size_of::<Box<[u8]>>()
            + (self.values.len() - self.vacant.len()) * 16
            + self.vacant.capacity() * size_of::<u32>()
    }
}
