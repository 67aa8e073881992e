/** Heights between a block and the header that carries its results, as `core-wasm/src/block.rs` has it. */
export const EXECUTION_LAG = 2n;
