import { KV_LIMITS } from "../platform/mod.ts";

/** Bounds of what is stored and of what waits to be stored. */
export const STORAGE_LIMITS = {
  /** One value; 13 of them and their keys fit one commit. */
  partBytesMax: 60 * 1024,
  /** One batch, block, result or page. */
  blobBytesMax: 256 * 1024 * 1024,
  /** Waiting in the commit queue; beyond it callers get RPC_BUSY. */
  queueBytesMax: 512 * 1024 * 1024,
  cacheBytesMax: 64 * 1024 * 1024,
  /** Undecided batches are kept for this many heights, for rounds that come back to them. */
  looseBatchHeights: 8n,
  /** Undecided batches are looked for every so many heights. */
  sweepHeights: 256n,
  /** Transactions, and heights, that wait in memory for the index; they are read back from the results at the next start. */
  indexPendingEntries: 16_384,
  indexPendingHeights: 1_024,
  indexChunkEntries: 1_024,
  /** So many segments of one level are merged into one of the next. */
  indexFanout: 4,
  /** Commits of a checkpoint that are on their way at once. */
  checkpointCommitsInFlight: 4,
} as const;

if (STORAGE_LIMITS.partBytesMax * 13 > KV_LIMITS.commitBytesMax) {
  throw new RangeError("13 parts do not fit one commit");
}
