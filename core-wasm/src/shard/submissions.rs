//! Submissions on their way to the shards that own the senders, and the answers
//! on their way back.

use super::coordinator::Coordinator;
use crate::error::CoreResult;
use crate::transaction::{slots, Envelope};
use crate::wire::Reader;

/// An envelope's owner is the number of a shard; one that cannot be read has
/// its `ErrorCode` with this.
const UNREADABLE: u16 = 1 << 15;

/// Envelopes by their owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// For each submission: how many answers it gets (u32), and for each of
    /// those who gives it (u16).
    pub owners: Vec<u8>,
    /// For each shard its concatenated envelopes, in the order of submission.
    pub parts: Vec<Vec<u8>>,
}

impl Coordinator {
    /// Sorts submissions of concatenated envelopes. Where one envelope cannot be
    /// told from the next, all that follows in its submission is one malformed
    /// transaction.
    pub fn sort(&self, submissions: &[&[u8]]) -> Sorted {
        let mut sorted = Sorted { owners: Vec::new(), parts: vec![Vec::new(); self.shards] };
        for submission in submissions {
            let start = sorted.owners.len();
            sorted.owners.extend_from_slice(&[0; 4]);
            let count = self.sort_one(submission, &mut sorted);
            sorted.owners[start..start + 4].copy_from_slice(&count.to_le_bytes());
        }
        sorted
    }

    fn sort_one(&self, submission: &[u8], Sorted { owners, parts }: &mut Sorted) -> u32 {
        let (mut rest, mut envelopes, mut unreadable) = (submission, Vec::new(), None);
        while !rest.is_empty() && unreadable.is_none() {
            match Envelope::split_first(rest) {
                Ok((envelope, tail)) => {
                    rest = tail;
                    envelopes.push(envelope);
                }
                // Codes are 100 to 999.
                Err(fault) => unreadable = Some(UNREADABLE | fault.code as u16),
            }
        }
        for (envelope, owner) in envelopes.iter().zip(self.owners_of(&envelopes)) {
            owners.extend_from_slice(&(owner as u16).to_le_bytes());
            if let Some(part) = parts.get_mut(owner) {
                part.extend_from_slice(envelope.bytes());
            }
        }
        owners.extend(unreadable.iter().flat_map(|owner| owner.to_le_bytes()));
        // Each but the last takes 100 bytes: there are not 2^32 of them.
        envelopes.len() as u32 + u32::from(unreadable.is_some())
    }

    fn owners_of(&self, envelopes: &[Envelope<'_>]) -> Vec<usize> {
        if self.shards == 1 {
            return vec![0; envelopes.len()];
        }
        slots(envelopes).into_iter().map(|slot| self.shard_of[usize::from(slot)]).collect()
    }

    /// Puts the shards' answers to their parts together: for each submission
    /// `ids (32 each) | codes (u32 each)`. Errors: `MESSAGE_MALFORMED`.
    pub fn merge(&self, owners: &[u8], answers: &[&[u8]]) -> CoreResult<Vec<Vec<u8>>> {
        let mut answers = answers
            .iter()
            .map(|answer| answer.split_at(answer.len() / 36 * 32))
            .map(|(ids, codes)| (Reader(ids), Reader(codes)))
            .collect::<Vec<_>>();
        let mut owners = Reader(owners);
        let mut merged = Vec::new();
        while !owners.is_empty() {
            let count = owners.u32()? as usize;
            let mut ids = Vec::with_capacity(owners.0.len().min(count * 2) * 18);
            let mut codes = Vec::with_capacity(owners.0.len().min(count * 2) * 2);
            for _ in 0..count {
                let owner = owners.u16()?;
                match answers.get_mut(usize::from(owner)) {
                    Some((of_ids, of_codes)) => {
                        ids.extend_from_slice(of_ids.array::<32>()?);
                        codes.extend_from_slice(of_codes.array::<4>()?);
                    }
                    None => {
                        ids.extend_from_slice(&[0; 32]);
                        codes.extend_from_slice(&u32::from(owner & !UNREADABLE).to_le_bytes());
                    }
                }
            }
            ids.extend_from_slice(&codes);
            merged.push(ids);
        }
        Ok(merged)
    }
}
