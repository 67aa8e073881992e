//! Ids are not kept: they follow from the batches of the block.

use crate::batch::{BatchView, Payload};
use crate::error::CoreResult;
use crate::hash::Hash;

/// Ids of the transactions of a block, in its order, from its encoded batches.
/// Errors: `BATCH_MALFORMED`.
pub fn transaction_ids(genesis_hash: &Hash, batches: &[&[u8]]) -> CoreResult<Vec<u8>> {
    let mut ids = Vec::new();
    for batch in batches {
        let payload = Payload::parse(BatchView::parse(batch)?.payload)?;
        for envelope in payload.envelopes() {
            ids.extend_from_slice(&envelope?.id(genesis_hash));
        }
    }
    Ok(ids)
}

/// How many transactions each batch has, if `ids` are as many as all together
/// and the first of each batch is in its place: a look, not a proof.
pub fn counts(genesis_hash: &Hash, batches: &[&[u8]], ids: &[u8]) -> Option<Vec<u32>> {
    let mut rest = ids.as_chunks::<32>().0;
    let mut counts = Vec::with_capacity(batches.len());
    for batch in batches {
        let payload = Payload::parse(BatchView::parse(batch).ok()?.payload).ok()?;
        let (own, others) = rest.split_at_checked(payload.count() as usize)?;
        let first = payload.envelopes().next()?.ok()?;
        if own.first() != Some(&first.id(genesis_hash)) {
            return None;
        }
        counts.push(payload.count());
        rest = others;
    }
    rest.is_empty().then_some(counts)
}
