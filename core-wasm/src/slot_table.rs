//! The table in front of a payload: which slots it has, and where.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;
use crate::transaction::ENVELOPE_HEADER;

/// `slot (1) | transactions (4) | offset (4)`.
pub(crate) const ENTRY: usize = 9;
/// Slots that a payload can have.
const SLOTS: usize = 256;

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::BatchMalformed, why)
}

/// The slots of a payload: how many transactions each has, and where they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a>(pub(crate) &'a [[u8; ENTRY]]);

impl<'a> Table<'a> {
    /// The table that a payload begins with, not looked at yet, its bytes, and
    /// the envelope area.
    pub(crate) fn split(payload: &'a [u8]) -> CoreResult<(Self, &'a [u8], &'a [u8])> {
        let slots: &[u8; 2] =
            payload.first_chunk().ok_or_else(|| malformed("the payload is empty"))?;
        let slots = usize::from(u16::from_le_bytes(*slots));
        if !(1..=SLOTS).contains(&slots) {
            return Err(malformed(format!("{slots} slots, 1 to {SLOTS}")));
        }
        // At most 2 + 256 * 9.
        let (table, area) = payload
            .split_at_checked(2 + slots * ENTRY)
            .ok_or_else(|| malformed("the slot table ends early"))?;
        let (entries, _) = table.split_at(2).1.as_chunks();
        Ok((Self(entries), table, area))
    }

    /// The number of transactions, where the table is right in itself:
    /// ascending slots, none empty, each with room for its transactions before
    /// the next.
    pub(crate) fn check(&self) -> CoreResult<u32> {
        let mut total = 0u32;
        let mut expected = 0;
        for (index, entry) in self.0.iter().enumerate() {
            let (slot, count, offset) = read_entry(entry);
            if index == 0 && offset != 0 {
                return Err(malformed("the first slot is not where the area begins"));
            }
            if index > 0 && self.0.get(index - 1).is_some_and(|above| above[0] >= slot) {
                return Err(malformed("the slots do not ascend"));
            }
            if count == 0 || (offset as u64) < expected {
                return Err(malformed(format!("slot {slot} is empty, or has no room before it")));
            }
            // Both below 2^32: neither overflows.
            expected = offset as u64 + u64::from(count) * ENVELOPE_HEADER as u64;
            total = total.checked_add(count).ok_or_else(|| malformed("too many transactions"))?;
        }
        Ok(total)
    }

    /// Slot, transactions and offset of each.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u8, u32, usize)> + 'a {
        self.0.iter().map(read_entry)
    }

    /// The slot that the transaction at a position of the payload should be of.
    pub(crate) fn slot_at(&self, position: u32) -> Option<u8> {
        let mut left = position;
        for (slot, count, _) in self.entries() {
            match left.checked_sub(count) {
                Some(after) => left = after,
                None => return Some(slot),
            }
        }
        None
    }
}

pub(crate) fn read_entry(entry: &[u8; ENTRY]) -> (u8, u32, usize) {
    let [slot, a, b, c, d, e, f, g, h] = *entry;
    (slot, u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]) as usize)
}
