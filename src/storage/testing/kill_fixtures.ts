/** What kill_writer.ts writes, for kill_test.ts to compare. */
import type { Page } from "../../execution/types.ts";
import {
  hashOf,
  randomBytes,
  testBlock,
  testResult,
  transactionsOf,
} from "./fixtures.ts";

export const digestOf = (height: bigint) => hashOf(`digest ${height}`);
export const batchOf = (height: bigint) =>
  randomBytes(`batch ${height}`, height % 3n === 0n ? 300_000 : 3_000);
export const blockOf = (height: bigint) =>
  testBlock(height, [digestOf(height)]);
export const resultOf = (height: bigint) =>
  testResult(height, transactionsOf(`${height}`, 20));

/** Both pages of a checkpoint tell its height. */
export function pageOf(height: bigint, slot: number): Page {
  return {
    slot,
    id: new Uint8Array(1),
    bytes: randomBytes(`page ${height} ${slot}`, 90_000),
  };
}
