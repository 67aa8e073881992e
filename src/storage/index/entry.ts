/**
 * One entry of the transaction index, big endian: beginning of the id (8) |
 * height (40 bits) | index in the block (23) | executed (1). A *run* is entries
 * in ascending order; the core makes and merges them.
 */
import { viewOf } from "../../bytes/mod.ts";
import type { TransactionPosition } from "../types.ts";

export const BEGINNING_BYTES = 8;
export const ENTRY_BYTES = 16;

const HEIGHT_SHIFT = 24n;
const INDEX_MASK = 0x7f_ffffn;

/** Where a transaction may be: one whose id begins as that of the entry. */
export interface Candidate extends TransactionPosition {
  /** It succeeded or was charged. */
  executed: boolean;
}

export const entryCount = (run: Uint8Array) => run.length / ENTRY_BYTES;

/** Compares what two entries, or ids, begin with as bytes: negative, 0 or positive. */
export function compareBytes(
  a: Uint8Array,
  at: number,
  b: Uint8Array,
  bt: number,
  count: number,
): number {
  for (let n = 0; n < count; n++) {
    const difference = (a[at + n] ?? 0) - (b[bt + n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The byte offset of the first row of `rows` that is not below the beginning of `key`; all rows are `width` bytes. */
export function lowerBound(
  rows: Uint8Array,
  key: Uint8Array,
  width: number,
  keyBytes = BEGINNING_BYTES,
): number {
  let [low, high] = [0, rows.length / width];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(rows, middle * width, key, 0, keyBytes) < 0) {
      low = middle + 1;
    } else high = middle;
  }
  return low * width;
}

/** The entries of a run that an id begins with. */
export function candidates(run: Uint8Array, id: Uint8Array): Candidate[] {
  const view = viewOf(run);
  const found: Candidate[] = [];
  for (
    let at = lowerBound(run, id, ENTRY_BYTES);
    at < run.length && compareBytes(run, at, id, 0, BEGINNING_BYTES) === 0;
    at += ENTRY_BYTES
  ) {
    const place = view.getBigUint64(at + BEGINNING_BYTES);
    found.push({
      height: place >> HEIGHT_SHIFT,
      index: Number((place >> 1n) & INDEX_MASK),
      executed: (place & 1n) === 1n,
    });
  }
  return found;
}

/** Those that count before others first: executed before rejected, then the earliest executed or the last rejected. */
export function byPrecedence(a: Candidate, b: Candidate): number {
  if (a.executed !== b.executed) return a.executed ? -1 : 1;
  const isEarlier = a.height === b.height
    ? a.index < b.index
    : a.height < b.height;
  return isEarlier === a.executed ? -1 : 1;
}
