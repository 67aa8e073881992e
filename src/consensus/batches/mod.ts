/** Batches: made, exchanged, and chosen for blocks. */
export { Batches, type BatchesOptions } from "./batches.ts";
