/** Heights between a block and the header that carries its results, as `core-wasm/src/block.rs` has it. */
export const EXECUTION_LAG = 2n;

/** Heights for which a bucket has the same authors, as `core-wasm/src/buckets.rs` has it. */
export const EPOCH_BLOCKS = 32n;
/** Heights for which a batch may be named by a block, counted from the one that its author was at, as `core-wasm/src/buckets.rs` has it. */
export const BATCH_VALID_BLOCKS = 20n;
