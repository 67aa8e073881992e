//! Receipts without their ids. Most of a block are alike but for the messages
//! root, so that each kind is written once:
//!
//! ```text
//! kinds (u32) | per kind: length (u8) | whether a root follows (u8) | fields
//! runs (u32)  | per run: kind (varint) | receipts of it in a row (varint)
//! messages roots (32 each), of those that have one
//! ```

use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::proto::ErrorCode;
use crate::shard::receipt::{CHARGED, CODE, FEE, GAS_USED, MESSAGES_ROOT, TRANSACTION_ID};
use crate::wire::{put_sized, put_varint, varint, Reader};
use std::collections::HashMap;

const ROOT_FIELD: usize = MESSAGES_ROOT.len() + 32;

/// Everything of a receipt between id and messages root.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    fields: Vec<u8>,
    has_root: bool,
}

/// Receipts of a block, packed.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    /// What [`unpack`] takes.
    pub bytes: Vec<u8>,
    /// Of each transaction, whether it was executed: it succeeded or was charged.
    pub executed: Vec<bool>,
}

fn corrupt(why: &str) -> CoreError {
    CoreError::with(ErrorCode::StorageCorrupt, why)
}

/// Packs `length (u32) | receipt` of the transactions with these ids, in their
/// order. Errors: `STORAGE_CORRUPT`.
pub fn pack(ids: &[[u8; 32]], receipts: &[u8]) -> CoreResult<Packed> {
    let unreadable = |_| corrupt("the receipts of a result cannot be read");
    let mut packer = Packer::default();
    let mut reader = Reader(receipts);
    for id in ids {
        packer.push(id, reader.sized().map_err(unreadable)?)?;
    }
    if !reader.is_empty() {
        return Err(corrupt("a result has more receipts than transactions"));
    }
    Ok(packer.finish())
}

#[derive(Default)]
struct Packer {
    kinds: Vec<(Kind, bool)>,
    numbers: HashMap<Kind, usize>,
    /// Kind, and how many in a row.
    runs: Vec<(usize, u64)>,
    roots: Vec<u8>,
    executed: Vec<bool>,
}

impl Packer {
    fn push(&mut self, id: &Hash, receipt: &[u8]) -> CoreResult<()> {
        let fields = receipt
            .strip_prefix(&TRANSACTION_ID)
            .and_then(|rest| rest.strip_prefix(id))
            .ok_or_else(|| corrupt("a receipt is of another transaction"))?;
        let number = match self.runs.last() {
            Some((last, _)) if self.kinds[*last].0.is_of(fields) => *last,
            _ => self.number_of(fields)?,
        };
        match self.runs.last_mut() {
            Some((last, count)) if *last == number => *count += 1,
            _ => self.runs.push((number, 1)),
        }
        let (kind, executed) = &self.kinds[number];
        if kind.has_root {
            self.roots.extend_from_slice(&fields[fields.len() - 32..]);
        }
        self.executed.push(*executed);
        Ok(())
    }

    fn number_of(&mut self, fields: &[u8]) -> CoreResult<usize> {
        let (kind, executed) = read(fields).ok_or_else(|| corrupt("a receipt cannot be read"))?;
        if let Some(number) = self.numbers.get(&kind) {
            return Ok(*number);
        }
        self.numbers.insert(kind.clone(), self.kinds.len());
        self.kinds.push((kind, executed));
        Ok(self.kinds.len() - 1)
    }

    fn finish(self) -> Packed {
        let mut bytes = Vec::with_capacity(16 + self.runs.len() * 2 + self.roots.len());
        bytes.extend_from_slice(&(self.kinds.len() as u32).to_le_bytes());
        for (kind, _) in &self.kinds {
            // Four numbers of at most eleven bytes each.
            bytes.extend_from_slice(&[kind.fields.len() as u8, u8::from(kind.has_root)]);
            bytes.extend_from_slice(&kind.fields);
        }
        bytes.extend_from_slice(&(self.runs.len() as u32).to_le_bytes());
        for (kind, count) in &self.runs {
            put_varint(&mut bytes, *kind as u64);
            put_varint(&mut bytes, *count);
        }
        bytes.extend_from_slice(&self.roots);
        Packed { bytes, executed: self.executed }
    }
}

impl Kind {
    fn is_of(&self, fields: &[u8]) -> bool {
        match fields.strip_prefix(&self.fields[..]) {
            Some(rest) if self.has_root => {
                rest.len() == ROOT_FIELD && rest.starts_with(&MESSAGES_ROOT)
            }
            Some(rest) => rest.is_empty(),
            None => false,
        }
    }
}

/// The kind of a receipt, from what follows its id, and whether its transaction
/// was executed.
fn read(fields: &[u8]) -> Option<(Kind, bool)> {
    let mut rest = fields;
    let mut values = [0; 4];
    for (tag, value) in [CODE, CHARGED[0], GAS_USED, FEE].into_iter().zip(&mut values) {
        if let Some(after) = rest.strip_prefix(&[tag]) {
            (*value, rest) = varint(after)?;
        }
    }
    let has_root = match rest.strip_prefix(&MESSAGES_ROOT) {
        Some(root) if root.len() == 32 => true,
        None if rest.is_empty() => false,
        _ => return None,
    };
    let [code, charged, ..] = values;
    let fields = fields[..fields.len() - rest.len()].to_vec();
    Some((Kind { fields, has_root }, code == 0 || charged != 0))
}

/// Undoes [`pack`]. Errors: `STORAGE_CORRUPT`.
pub fn unpack(packed: &[u8], ids: &[[u8; 32]]) -> CoreResult<Vec<u8>> {
    unpack_table(packed, ids)
        .map_err(|fault| corrupt(&fault.detail))?
        .ok_or_else(|| corrupt("the receipts do not fit the transactions"))
}

fn unpack_table(packed: &[u8], ids: &[[u8; 32]]) -> CoreResult<Option<Vec<u8>>> {
    let mut reader = Reader(packed);
    let mut kinds = Vec::new();
    for _ in 0..reader.u32()? {
        let (length, has_root) = (reader.u8()?, reader.u8()? == 1);
        kinds.push((reader.bytes(length.into())?, has_root));
    }
    let mut runs = Vec::new();
    for _ in 0..reader.u32()? {
        let Some((kind, rest)) = varint(reader.0) else { return Ok(None) };
        let Some((count, rest)) = varint(rest) else { return Ok(None) };
        reader = Reader(rest);
        runs.push((kind, count));
    }
    let (mut ids, mut table, mut receipt) = (ids.iter(), Vec::new(), Vec::new());
    for (kind, count) in runs {
        let Some((fields, has_root)) = kinds.get(kind as usize) else { return Ok(None) };
        for _ in 0..count {
            let Some(id) = ids.next() else { return Ok(None) };
            receipt.clear();
            receipt.extend_from_slice(&TRANSACTION_ID);
            receipt.extend_from_slice(id);
            receipt.extend_from_slice(fields);
            if *has_root {
                receipt.extend_from_slice(&MESSAGES_ROOT);
                receipt.extend_from_slice(reader.bytes(32)?);
            }
            put_sized(&mut table, &receipt);
        }
    }
    Ok((ids.next().is_none() && reader.is_empty()).then_some(table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::receipt::Outcome;
    use proptest::prelude::*;

    fn outcome() -> impl Strategy<Value = Outcome> {
        let fault = prop::option::of(prop::sample::select(vec![
            ErrorCode::InsufficientBalance,
            ErrorCode::SlotFull,
        ]));
        let figures = (0..3u64, prop_oneof![0..3u64, any::<u64>()]);
        let root = prop::option::of(any::<Hash>());
        (fault, any::<bool>(), figures, root).prop_map(
            |(fault, charged, (gas_used, fee), messages_root)| Outcome {
                fault,
                charged,
                gas_used,
                fee,
                messages_root,
            },
        )
    }

    fn table(outcomes: &[(Hash, Outcome)]) -> (Vec<Hash>, Vec<u8>) {
        let mut table = Vec::new();
        for (id, outcome) in outcomes {
            let mut receipt = Vec::new();
            outcome.encode_into(id, &mut receipt);
            put_sized(&mut table, &receipt);
        }
        (outcomes.iter().map(|(id, _)| *id).collect(), table)
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_out(
            outcomes in prop::collection::vec((any::<Hash>(), outcome()), 0..40),
            more in 1..4usize,
        ) {
            let outcomes: Vec<_> =
                outcomes.iter().flat_map(|one| std::iter::repeat_n(*one, more)).collect();
            let (ids, table) = table(&outcomes);
            let packed = pack(&ids, &table).unwrap();
            prop_assert_eq!(unpack(&packed.bytes, &ids).unwrap(), table);
            let executed: Vec<bool> =
                outcomes.iter().map(|(_, outcome)| outcome.is_charged()).collect();
            prop_assert_eq!(packed.executed, executed);
        }

        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>, ids: Vec<Hash>) {
            let faults = [pack(&ids, &bytes).err(), unpack(&bytes, &ids).err()];
            for fault in faults.into_iter().flatten() {
                prop_assert_eq!(fault.code, ErrorCode::StorageCorrupt);
            }
        }
    }

    #[test]
    fn transfers_that_are_alike_take_their_root_alone() {
        let outcome = Outcome {
            gas_used: 1_000,
            fee: 2_000,
            messages_root: Some([7; 32]),
            ..Outcome::default()
        };
        let outcomes: Vec<_> = (0..100u8).map(|n| ([n; 32], outcome)).collect();
        let (ids, table) = table(&outcomes);
        assert!(pack(&ids, &table).unwrap().bytes.len() < 100 * 32 + 30);
    }

    #[test]
    fn receipts_of_others_and_counts_that_do_not_fit_are_refused() {
        let outcomes = [([1; 32], Outcome::default()), ([2; 32], Outcome::default())];
        let (ids, table) = table(&outcomes);
        let packed = pack(&ids, &table).unwrap().bytes;
        for wrong in [vec![ids[0]], vec![ids[1], ids[0]], vec![ids[0], ids[1], ids[1]]] {
            assert_eq!(pack(&wrong, &table).unwrap_err().code, ErrorCode::StorageCorrupt);
        }
        for wrong in [vec![ids[0]], vec![ids[0], ids[1], ids[1]]] {
            assert_eq!(unpack(&packed, &wrong).unwrap_err().code, ErrorCode::StorageCorrupt);
        }
    }
}
