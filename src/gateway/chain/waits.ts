import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Heads } from "./heads.ts";
import type { ChainReader } from "./reader.ts";

const ID_BYTES = 32;

/** Callers that wait for transactions: each executed block is looked through once for all of them. */
export class Waits {
  readonly #reader: ChainReader;
  readonly #heads: Heads;
  readonly #max: number;
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;
  #scanned: bigint;
  #scanning = false;

  constructor(reader: ChainReader, heads: Heads, max: number) {
    this.#reader = reader;
    this.#heads = heads;
    this.#max = max;
    this.#scanned = heads.executed;
    heads.onChange(() => void this.#scan());
  }

  /**
   * Resolves when a block with the transaction `id` is executed; `found` says
   * whether one is already.
   * @throws RPC_BUSY when too many wait, or the signal's reason.
   */
  async until(
    id: Uint8Array,
    found: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#count >= this.#max) {
      throw fault(ErrorCode.RPC_BUSY, { waits_max: this.#max });
    }
    signal.throwIfAborted();
    const key = id.toHex();
    let abort = () => {};
    let wake = () => {};
    const seen = new Promise<void>((resolve, reject) => {
      wake = resolve;
      abort = () => reject(signal.reason);
    });
    signal.addEventListener("abort", abort);
    this.#add(key, wake);
    try {
      // Asked after the registration, so that no block can slip between the two.
      await Promise.race([
        seen,
        found().then((already) => already ? undefined : seen),
      ]);
    } finally {
      signal.removeEventListener("abort", abort);
      this.#remove(key, wake);
    }
  }

  #add(key: string, wake: () => void): void {
    this.#count++;
    const wakes = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, wakes.add(wake));
  }

  #remove(key: string, wake: () => void): void {
    this.#count--;
    const wakes = this.#waiting.get(key);
    wakes?.delete(wake);
    if (wakes?.size === 0) this.#waiting.delete(key);
  }

  async #scan(): Promise<void> {
    if (this.#scanning) return;
    this.#scanning = true;
    try {
      while (this.#scanned < this.#heads.executed) {
        const height = this.#scanned + 1n;
        if (this.#waiting.size > 0) await this.#wakeThoseOf(height);
        this.#scanned = height;
      }
    } finally {
      this.#scanning = false;
    }
  }

  async #wakeThoseOf(height: bigint): Promise<void> {
    // A failing store fails the calls themselves; those that wait run into their time limit.
    const result = await this.#reader.result(height).catch(() => undefined);
    if (!result) return;
    for (let index = 0; index < result.count; index++) {
      const start = index * ID_BYTES;
      const key = result.ids.subarray(start, start + ID_BYTES).toHex();
      for (const wake of this.#waiting.get(key) ?? []) wake();
    }
  }
}
