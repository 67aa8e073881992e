import type { CoreExports } from "../core/mod.ts";

/** What the store asks of the core: packing, sorting and hashing of whole blocks. */
export type Archive = Pick<
  CoreExports,
  | "batchCounts"
  | "blockIds"
  | "mergeRuns"
  | "packResult"
  | "payloadEnvelope"
  | "transactionId"
  | "unpackReceipts"
>;
