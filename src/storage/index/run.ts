import type { BlockResult } from "../../execution/types.ts";
import type { Bytes } from "../reader.ts";
import {
  compareIds,
  ENTRY_BYTES,
  ID_BYTES,
  prevails,
  writeEntry,
} from "./entry.ts";
import { executedFlags } from "./receipts.ts";

/** The run of one block's transactions. */
export function runOf(result: BlockResult): Bytes {
  const { height, transactionIds: ids } = result;
  const executed = executedFlags(result.receipts, ids.length / ID_BYTES);
  const unsorted = new Uint8Array(executed.length * ENTRY_BYTES);
  executed.forEach((flag, index) => {
    const id = ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES);
    writeEntry(
      unsorted,
      index * ENTRY_BYTES,
      id,
      { height, index },
      flag === 1,
    );
  });
  const order = Array.from(executed, (_, index) => index * ENTRY_BYTES);
  order.sort((a, b) => compareIds(unsorted, a, unsorted, b));
  const writer = new RunWriter(unsorted.length);
  for (const at of order) writer.add(unsorted, at);
  return writer.finish();
}

export function mergeRuns(a: Uint8Array, b: Uint8Array): Bytes {
  const writer = new RunWriter(a.length + b.length);
  let [at, bt] = [0, 0];
  while (at < a.length || bt < b.length) {
    const takeFirst = bt >= b.length ||
      (at < a.length && compareIds(a, at, b, bt) <= 0);
    if (takeFirst) {
      writer.add(a, at);
      at += ENTRY_BYTES;
    } else {
      writer.add(b, bt);
      bt += ENTRY_BYTES;
    }
  }
  return writer.finish();
}

/** Takes entries in the order of their ids and keeps of each id the one that counts. */
export class RunWriter {
  readonly #out: Bytes;
  #length = 0;

  constructor(bytesMax: number) {
    this.#out = new Uint8Array(bytesMax);
  }

  get length(): number {
    return this.#length;
  }

  add(run: Uint8Array, at: number): void {
    const last = this.#length - ENTRY_BYTES;
    const isSame = last >= 0 && compareIds(this.#out, last, run, at) === 0;
    if (isSame && prevails(this.#out, last, run, at)) return;
    const to = isSame ? last : this.#length;
    this.#out.set(run.subarray(at, at + ENTRY_BYTES), to);
    this.#length = to + ENTRY_BYTES;
  }

  /** The run so far; the writer starts anew. */
  finish(): Bytes {
    const run = this.#out.slice(0, this.#length);
    this.#length = 0;
    return run;
  }
}
