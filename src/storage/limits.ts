import { KV_LIMITS } from "../platform/mod.ts";

/** When the transaction index writes and merges segments. */
export interface IndexLimits {
  /** Transactions that wait in memory; they are read back from the results at the next start. */
  pendingEntriesMax: number;
  /** Heights that wait in memory. */
  pendingHeightsMax: number;
  /** So many segments of one level are merged into one of the next. */
  fanout: number;
}

export const INDEX_LIMITS: IndexLimits = {
  pendingEntriesMax: 65_536,
  pendingHeightsMax: 1_024,
  fanout: 8,
};

/** Bounds of what is stored and of what waits to be stored. */
export const STORAGE_LIMITS = {
  /** One value; 13 of them and their keys fit one commit. */
  partBytesMax: 60 * 1024,
  /** One batch, block, result, page or genesis. */
  blobBytesMax: 512 * 1024 * 1024,
  /** Waiting in the commit queue; beyond it callers get RPC_BUSY. */
  queueBytesMax: 512 * 1024 * 1024,
  cacheBytesMax: 64 * 1024 * 1024,
  /** Undecided batches are kept for this many heights: longer than a block may name them. */
  looseBatchHeights: 32n,
  /** Undecided batches are looked for every so many heights. */
  sweepHeights: 256n,
  /** As many as fill four pages of the database, with little left over. */
  indexChunkEntries: 1_020,
  /** One commit of what can wait: blocks wait for no longer than that. */
  backgroundCommitBytes: 200_000,
  /** One result that waits for the next commit; larger ones have their own. */
  ridingResultBytesMax: 8 * 1024,
  /** All that waits for the next commit; more is not waited with. */
  ridingBytesMax: 64 * 1024,
  /** Commits of a checkpoint that are on their way at once. */
  checkpointCommitsInFlight: 4,
} as const;

if (
  STORAGE_LIMITS.ridingBytesMax + STORAGE_LIMITS.ridingResultBytesMax >
    STORAGE_LIMITS.backgroundCommitBytes
) {
  throw new RangeError("what rides does not fit the smallest commit");
}
if (STORAGE_LIMITS.partBytesMax * 13 > KV_LIMITS.commitBytesMax) {
  throw new RangeError("13 parts do not fit one commit");
}
