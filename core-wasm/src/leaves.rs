//! What the `payload_root` of a batch is over: the slot table and each envelope,
//! so that one of them is provable alone.
#![forbid(unsafe_code)]

use crate::error::{CoreError, CoreResult};
use crate::hash::{Domain, Hash, Hashes};
use crate::merkle::root_of_leaves;
use crate::proto::ErrorCode;
use crate::slot_table::Table;
use crate::transaction::{ids, Envelope};

/// What a payload is made of, whether it is right or not: the table, then the
/// envelopes one behind the other. Errors: `BATCH_MALFORMED` where it cannot be
/// taken apart.
pub fn leaves(payload: &[u8]) -> CoreResult<Leaves<'_>> {
    let (_, table, area) = Table::split(payload)?;
    Ok(Leaves { table: Some(table), area })
}

/// See [`leaves`].
#[derive(Clone, Debug)]
pub struct Leaves<'a> {
    table: Option<&'a [u8]>,
    area: &'a [u8],
}

/// A leaf under a payload's root.
#[derive(Clone, Copy, Debug)]
pub enum Leaf<'a> {
    /// The first.
    Table(&'a [u8]),
    /// The others. The bodies have not been looked at.
    Envelope(Envelope<'a>),
}

impl<'a> Leaf<'a> {
    /// What is hashed.
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Leaf::Table(bytes) => bytes,
            Leaf::Envelope(envelope) => envelope.bytes(),
        }
    }
}

impl<'a> Iterator for Leaves<'a> {
    type Item = CoreResult<Leaf<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(table) = self.table.take() {
            return Some(Ok(Leaf::Table(table)));
        }
        if self.area.is_empty() {
            return None;
        }
        let area = std::mem::take(&mut self.area);
        Some(match Envelope::split_first(area) {
            Ok((envelope, rest)) => {
                self.area = rest;
                Ok(Leaf::Envelope(envelope))
            }
            Err(fault) => Err(CoreError::with(ErrorCode::BatchMalformed, fault.to_string())),
        })
    }
}

/// Root over the table and the envelopes of a payload, and the envelopes' ids.
/// Errors: `BATCH_MALFORMED` where it cannot be taken apart.
pub fn commitments(genesis_hash: &Hash, payload: &[u8]) -> CoreResult<(Hash, Vec<Hash>)> {
    let (mut hashes, mut envelopes) = (Hashes::default(), Vec::new());
    for leaf in leaves(payload)? {
        let leaf = leaf?;
        hashes.push(Domain::ListLeaf, [leaf.bytes()]);
        if let Leaf::Envelope(envelope) = leaf {
            envelopes.push(envelope);
        }
    }
    Ok((root_of_leaves(hashes.take()), ids(genesis_hash, &envelopes)))
}
