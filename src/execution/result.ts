import { readU32, readU64 } from "./bytes.ts";
import type { BlockResult } from "./types.ts";

const HASH = 32;
const ROOTS = 3 * HASH;
const HEAD = ROOTS + 8 + 4;

/** Takes apart what `Coordinator.finish` gives. */
export function readResult(height: bigint, table: Uint8Array): BlockResult {
  const receipts = HEAD + readU32(table, ROOTS + 8) * HASH;
  return {
    height,
    stateRoot: table.slice(0, HASH),
    receiptsRoot: table.slice(HASH, 2 * HASH),
    messagesRoot: table.slice(2 * HASH, ROOTS),
    gasUsed: readU64(table, ROOTS),
    transactionIds: table.slice(HEAD, receipts),
    receipts: table.slice(receipts),
  };
}
