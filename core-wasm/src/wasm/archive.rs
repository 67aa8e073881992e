//! What the store keeps of executed blocks, for JavaScript: one call a block.

use crate::archive::{ids, positions, receipts};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::Hash;
use crate::proto::ErrorCode;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsValue;

type JsResult<T> = Result<T, JsValue>;

fn cut(ids: &[u8]) -> CoreResult<&[Hash]> {
    match ids.as_chunks() {
        (ids, []) => Ok(ids),
        _ => Err(CoreError::with(ErrorCode::StorageCorrupt, "an id is cut short")),
    }
}

fn genesis(hash: &[u8]) -> CoreResult<&Hash> {
    array(hash, "genesis hash", ErrorCode::MessageMalformed)
}

fn copied(batches: &[Uint8Array]) -> Vec<Vec<u8>> {
    batches.iter().map(Uint8Array::to_vec).collect()
}

fn borrowed(batches: &[Vec<u8>]) -> Vec<&[u8]> {
    batches.iter().map(Vec::as_slice).collect()
}

/// `length (u32) | packed receipts | run of the index` of an executed block, of
/// its ids (32 bytes each) and its receipts (each with its length, u32, in
/// front). Throws STORAGE_CORRUPT, STORAGE_FAULT.
#[wasm_bindgen(js_name = packResult)]
pub fn pack_result(height: u64, ids: &[u8], receipts: &[u8]) -> JsResult<Vec<u8>> {
    let ids = cut(ids)?;
    let packed = receipts::pack(ids, receipts)?;
    let run = positions::run_of(height, ids, &packed.executed)?;
    let mut out = Vec::with_capacity(4 + packed.bytes.len() + run.len());
    crate::wire::put_sized(&mut out, &packed.bytes);
    out.extend_from_slice(&run);
    Ok(out)
}

/// The receipts that `packResult` packed, of the same ids. Throws STORAGE_CORRUPT.
#[wasm_bindgen(js_name = unpackReceipts)]
pub fn unpack_receipts(packed: &[u8], ids: &[u8]) -> JsResult<Vec<u8>> {
    Ok(receipts::unpack(packed, cut(ids)?)?)
}

/// Runs of the index, one behind the other, as one. Throws STORAGE_CORRUPT.
#[wasm_bindgen(js_name = mergeRuns)]
pub fn merge_runs(runs: &[u8]) -> JsResult<Vec<u8>> {
    Ok(positions::merge(runs)?)
}

/// Ids (32 bytes each) of the transactions of encoded batches, in the order of
/// a block that names these. Throws BATCH_MALFORMED.
#[wasm_bindgen(js_name = blockIds)]
pub fn block_ids(genesis_hash: &[u8], batches: Vec<Uint8Array>) -> JsResult<Vec<u8>> {
    Ok(ids::transaction_ids(genesis(genesis_hash)?, &borrowed(&copied(&batches)))?)
}

/// How many transactions each batch has, if `blockIds` would give these ids as
/// far as their number and the first of each batch tell; else undefined.
#[wasm_bindgen(js_name = batchCounts)]
pub fn batch_counts(
    genesis_hash: &[u8],
    batches: Vec<Uint8Array>,
    ids: &[u8],
) -> JsResult<Option<Vec<u32>>> {
    Ok(ids::counts(genesis(genesis_hash)?, &borrowed(&copied(&batches)), ids))
}
