/** The record that is kept of a result: `roots | ids | packed receipts`. */
import type { Roots } from "../execution/types.ts";
import { concat, u32, u64 } from "../bytes/mod.ts";
import { Reader } from "./reader.ts";

const ROOT_BYTES = 32;
const ROOTS_BYTES = 3 * ROOT_BYTES + 8;
const HASH_BYTES = 32;

/** How a record names its transactions. */
export type Named =
  /** They are those of the block's batches, so many in each; with a hash over all ids. */
  | { kind: "batches"; counts: Uint32Array; hash: Uint8Array }
  /** Their ids, 32 bytes each. */
  | { kind: "ids"; ids: Uint8Array };

/** `state root | receipts root | messages root | gas used (u64)`. */
export function encodeRoots(roots: Omit<Roots, "height">): Uint8Array {
  const { stateRoot, receiptsRoot, messagesRoot, gasUsed } = roots;
  return concat(stateRoot, receiptsRoot, messagesRoot, u64(gasUsed));
}

export function decodeRoots(record: Uint8Array): Omit<Roots, "height"> {
  const reader = new Reader(record);
  return {
    stateRoot: reader.take(ROOT_BYTES),
    receiptsRoot: reader.take(ROOT_BYTES),
    messagesRoot: reader.take(ROOT_BYTES),
    gasUsed: reader.u64(),
  };
}

/** `batches (u32) | transactions in each (u32) | hash of the ids`, or `2^32 - 1 | length (u32) | ids`. */
export function encodeNamed(named: Named): Uint8Array {
  return named.kind === "ids"
    ? concat(u32(IDS), u32(named.ids.length), named.ids)
    : concat(
      u32(named.counts.length),
      ...Array.from(named.counts, u32),
      named.hash,
    );
}

const IDS = 0xffff_ffff;

/** What follows the roots. Views of the record. */
export function readRecord(
  record: Uint8Array,
): { named: Named; packed: Uint8Array } {
  const head = new Reader(record.subarray(ROOTS_BYTES, ROOTS_BYTES + 8));
  const first = head.u32();
  const start = ROOTS_BYTES + 4;
  if (first === IDS) {
    const end = start + 4 + head.u32();
    const ids = record.subarray(start + 4, end);
    return { named: { kind: "ids", ids }, packed: record.subarray(end) };
  }
  const reader = new Reader(record.subarray(start));
  const counts = Uint32Array.from({ length: first }, () => reader.u32());
  const hash = reader.take(HASH_BYTES);
  const packed = record.subarray(start + 4 * first + HASH_BYTES);
  return { named: { kind: "batches", counts, hash }, packed };
}

/** `length (u32) | bytes | rest`, cut. */
export function unpackSized(table: Uint8Array): [Uint8Array, Uint8Array] {
  const reader = new Reader(table.subarray(0, 4));
  const end = 4 + reader.u32();
  return [table.subarray(4, end), table.slice(end)];
}
