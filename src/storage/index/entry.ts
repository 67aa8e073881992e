/**
 * One entry of the transaction index: id (32) | height (u64) | index (u32) |
 * executed (u8), little endian. A *run* is entries ascending by id, each id once.
 */
import type { TransactionPosition } from "../types.ts";

export const ID_BYTES = 32;
export const ENTRY_BYTES = 45;
const HEIGHT_AT = 32;
const INDEX_AT = 40;
const EXECUTED_AT = 44;

export const entryCount = (run: Uint8Array) => run.length / ENTRY_BYTES;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function writeEntry(
  out: Uint8Array,
  at: number,
  id: Uint8Array,
  position: TransactionPosition,
  executed: boolean,
): void {
  const view = viewOf(out);
  out.set(id, at);
  view.setBigUint64(at + HEIGHT_AT, position.height, true);
  view.setUint32(at + INDEX_AT, position.index, true);
  out[at + EXECUTED_AT] = executed ? 1 : 0;
}

export function positionAt(run: Uint8Array, at: number): TransactionPosition {
  const view = viewOf(run);
  return {
    height: view.getBigUint64(at + HEIGHT_AT, true),
    index: view.getUint32(at + INDEX_AT, true),
  };
}

/** Compares the ids at two places as bytes: negative, 0 or positive. */
export function compareIds(
  a: Uint8Array,
  at: number,
  b: Uint8Array,
  bt: number,
): number {
  for (let n = 0; n < ID_BYTES; n++) {
    const difference = (a[at + n] ?? 0) - (b[bt + n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether, of two entries of one id, the first counts: an executed one before a rejected one, then the earliest executed or the last rejected. */
export function prevails(
  a: Uint8Array,
  at: number,
  b: Uint8Array,
  bt: number,
): boolean {
  const executed = a[at + EXECUTED_AT] ?? 0;
  if (executed !== b[bt + EXECUTED_AT]) return executed === 1;
  const earlier = isEarlier(positionAt(a, at), positionAt(b, bt));
  return executed === 1 ? earlier : !earlier;
}

function isEarlier(a: TransactionPosition, b: TransactionPosition): boolean {
  return a.height === b.height ? a.index < b.index : a.height < b.height;
}

/** Where `id` is, or would be, in a run: the byte offset of the first entry that is not below it. */
export function lowerBound(
  run: Uint8Array,
  id: Uint8Array,
  width = ENTRY_BYTES,
): number {
  let [low, high] = [0, run.length / width];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(run, middle * width, id, 0) < 0) low = middle + 1;
    else high = middle;
  }
  return low * width;
}

/** The entry of `id`, cut out. */
export function findEntry(
  run: Uint8Array,
  id: Uint8Array,
): Uint8Array | undefined {
  const at = lowerBound(run, id);
  if (at >= run.length || compareIds(run, at, id, 0) !== 0) return undefined;
  return run.subarray(at, at + ENTRY_BYTES);
}
