/** Batches: made, exchanged, and chosen for blocks. */
export { BATCH_VALID_BLOCKS } from "./entry.ts";
export { Batches, type BatchesOptions } from "./batches.ts";
