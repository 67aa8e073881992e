/** Heights between a block and the header that carries its results, as `core-wasm/src/block.rs` has it. */
export const EXECUTION_LAG = 2n;

/** Heights for which a block may name a batch, counted from the one that its author made it for. */
export const BATCH_VALID_BLOCKS = 20n;
