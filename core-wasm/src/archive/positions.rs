//! Where transactions are: entries of 16 bytes, big endian, `beginning of the
//! id (8) | height (40 bits) | index in the block (23) | executed (1)`. A *run*
//! is entries in ascending order. Ids may begin alike: whoever finds an entry
//! looks at the transaction.

use crate::error::{CoreError, CoreResult};
use crate::proto::ErrorCode;

const ENTRY: usize = 16;
const HEIGHT_BITS: u32 = 40;
const INDEX_BITS: u32 = 23;
/// Rejected transactions, the latest, whose ids begin alike: who sends one
/// again and again does not make the run longer.
const REJECTED_MAX: usize = 4;

fn fault(code: ErrorCode, why: &str) -> CoreError {
    CoreError::with(code, why)
}

/// The run of one block. Errors: `STORAGE_FAULT` for a block beyond what an
/// entry can name.
pub fn run_of(height: u64, ids: &[[u8; 32]], executed: &[bool]) -> CoreResult<Vec<u8>> {
    if height >> HEIGHT_BITS != 0 || ids.len() >> INDEX_BITS != 0 {
        return Err(fault(ErrorCode::StorageFault, "the index cannot name this block"));
    }
    let entries = ids.iter().zip(executed).zip(0u128..).map(|((id, executed), index)| {
        let mut beginning = [0; 8];
        beginning.copy_from_slice(&id[..8]);
        u128::from(u64::from_be_bytes(beginning)) << 64
            | u128::from(height) << (INDEX_BITS + 1)
            | index << 1
            | u128::from(*executed)
    });
    Ok(sorted(entries.collect()))
}

/// Several runs, one behind the other, as one. Errors: `STORAGE_CORRUPT`.
pub fn merge(runs: &[u8]) -> CoreResult<Vec<u8>> {
    let (entries, rest) = runs.as_chunks::<ENTRY>();
    if !rest.is_empty() {
        return Err(fault(ErrorCode::StorageCorrupt, "a run of the index is cut short"));
    }
    Ok(sorted(entries.iter().map(|entry| u128::from_be_bytes(*entry)).collect()))
}

fn sorted(mut entries: Vec<u128>) -> Vec<u8> {
    // Stable, because that makes use of runs.
    entries.sort();
    let mut run = Vec::with_capacity(entries.len() * ENTRY);
    for alike in entries.chunk_by(|a, b| a >> 64 == b >> 64) {
        let rejected = alike.iter().filter(|entry| *entry & 1 == 0).count();
        let mut surplus = rejected.saturating_sub(REJECTED_MAX);
        for entry in alike {
            if surplus > 0 && entry & 1 == 0 {
                surplus -= 1;
            } else {
                run.extend_from_slice(&entry.to_be_bytes());
            }
        }
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(first: u8, last: u8) -> [u8; 32] {
        let mut id = [first; 32];
        id[31] = last;
        id
    }

    #[test]
    fn an_entry_names_beginning_height_index_and_outcome() {
        let run = run_of(0x01_0203_0405, &[id(9, 1), id(7, 0)], &[true, false]).unwrap();
        let expected = [
            [7, 7, 7, 7, 7, 7, 7, 7, 1, 2, 3, 4, 5, 0, 0, 2],
            [9, 9, 9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 0, 0, 1],
        ];
        assert_eq!(run, expected.concat());
        assert_eq!(run_of(1 << 40, &[], &[]).unwrap_err().code, ErrorCode::StorageFault);
        assert_eq!(merge(&run[1..]).unwrap_err().code, ErrorCode::StorageCorrupt);
    }

    #[test]
    fn of_rejected_ones_that_begin_alike_the_latest_are_kept_and_all_executed_ones() {
        let ids = [id(5, 0); 10];
        let mut executed = [false; 10];
        executed[0] = true;
        executed[9] = true;
        let run = run_of(1, &ids, &executed).unwrap();
        let indices: Vec<u8> = run.chunks(16).map(|entry| entry[15] >> 1).collect();
        assert_eq!(indices, [0, 5, 6, 7, 8, 9]);
    }

    proptest! {
        #[test]
        fn merged_runs_are_those_of_all_together(
            blocks in prop::collection::vec(
                prop::collection::vec((any::<[u8; 32]>(), any::<bool>()), 0..20), 0..6,
            ),
        ) {
            let mut runs = Vec::new();
            let mut expected: Vec<Vec<u8>> = Vec::new();
            for (height, block) in (1..).zip(&blocks) {
                let (ids, executed): (Vec<_>, Vec<_>) = block.iter().copied().unzip();
                let run = run_of(height, &ids, &executed).unwrap();
                expected.extend(run.chunks(16).map(<[u8]>::to_vec));
                runs.extend(run);
            }
            expected.sort();
            prop_assert_eq!(merge(&runs).unwrap(), expected.concat());
        }
    }
}
