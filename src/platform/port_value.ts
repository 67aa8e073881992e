const transfers = new WeakMap<object, Transferable[]>();

/**
 * Marks `value` so that `buffers` move instead of being copied when it crosses
 * a port as an argument, a result or an item. The sender loses them.
 *
 * @example
 * ```ts
 * import { transfer } from "./port.ts";
 *
 * const page = new Uint8Array(4096);
 * const moved = transfer(page, [page.buffer]); // give `moved` to the other side
 * ```
 */
export function transfer<T extends object>(
  value: T,
  buffers: Transferable[],
): T {
  transfers.set(value, buffers);
  return value;
}

/** The buffers `value` was marked with; the mark is used up. */
export function takeTransfers(value: unknown): Transferable[] {
  if (typeof value !== "object" || value === null) return [];
  const buffers = transfers.get(value) ?? [];
  transfers.delete(value);
  return buffers;
}

type Callback = (...args: never[]) => void;

const patient = new WeakMap<Callback, Callback>();

/** What crosses when `callback` is called may wait for others in what crosses when `variant` is. */
export function setPatient(callback: Callback, variant: Callback): void {
  patient.set(callback, variant);
}

/** The same callback; where it is at the other end of a port, its notifications cross with others, which go at once, or some milliseconds later. */
export function sometime<T extends Callback>(callback: T): T {
  return patient.get(callback) as T | undefined ?? callback;
}

const COMPACT_DEPTH_MAX = 4;

/** Cloning a view clones the whole buffer under it, so a small view of a large buffer is cut out first. */
export function compact(value: unknown, depth = 0): unknown {
  if (
    typeof value !== "object" || value === null || depth > COMPACT_DEPTH_MAX
  ) {
    return value;
  }
  if (value instanceof Uint8Array) {
    return value.byteLength === value.buffer.byteLength ? value : value.slice();
  }
  if (Array.isArray(value)) return compactItems(value, depth + 1);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const object = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const name in object) {
    const item = compact(object[name], depth + 1);
    if (item !== object[name]) (copy ??= { ...object })[name] = item;
  }
  return copy ?? object;
}

/** Copied only where something had to be cut out, as objects are. */
function compactItems(values: unknown[], depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (const [at, value] of values.entries()) {
    const item = compact(value, depth);
    if (item !== value) (copy ??= [...values])[at] = item;
  }
  return copy ?? values;
}
