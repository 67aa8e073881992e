/** What kill_writer.ts writes, for kill_test.ts to compare. */
import type { Page } from "../../execution/types.ts";
import {
  hashOf,
  randomBytes,
  testBatch,
  testBlock,
  testResult,
  transactionsOf,
  transactionsWith,
} from "./fixtures.ts";

export const digestOf = (height: bigint) => hashOf(`digest ${height}`);
const holdsTransactions = (height: bigint) => height % 2n === 0n;
const transactionsAt = (height: bigint) => testBatch(`batch ${height}`, 20);
export const batchOf = (height: bigint) =>
  holdsTransactions(height)
    ? transactionsAt(height).batch
    : randomBytes(`batch ${height}`, height % 3n === 0n ? 300_000 : 3_000);
export const blockOf = (height: bigint) =>
  testBlock(height, [digestOf(height)]);
export const resultOf = (height: bigint) =>
  testResult(
    height,
    holdsTransactions(height)
      ? transactionsWith(transactionsAt(height).ids)
      : transactionsOf(`${height}`, 20),
  );

/** Both pages of a checkpoint tell its height. */
export function pageOf(height: bigint, slot: number): Page {
  return {
    slot,
    id: new Uint8Array(1),
    bytes: randomBytes(`page ${height} ${slot}`, 90_000),
  };
}
