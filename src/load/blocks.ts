import { createClient } from "../client/mod.ts";
import type { Clock } from "../platform/mod.ts";

/** The news of one final block. */
export interface Arrival {
  height: bigint;
  /** Monotonic milliseconds. */
  atMs: number;
  /** Final transactions up to this block. */
  transactions: number;
  baseFee: bigint;
}

/** Follows the final blocks of a chain from its beginning. */
export class BlockWatch {
  readonly #stop = new AbortController();
  readonly #arrivals: Arrival[] = [];
  readonly #listeners = new Set<(arrival: Arrival) => void>();
  /** Rejects when the node ends the subscription. */
  readonly ended: Promise<void>;

  constructor(rpc: string, clock: Clock) {
    this.ended = this.#follow(rpc, clock);
  }

  /** All so far, each height once; the first is of height 1. */
  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  /** Final transactions so far. */
  get transactions(): number {
    return this.#arrivals.at(-1)?.transactions ?? 0;
  }

  /** The last block with transactions; undefined while there is none. */
  get lastFull(): Arrival | undefined {
    const last = this.transactions;
    return last === 0
      ? undefined
      : this.#arrivals.find((one) => one.transactions === last);
  }

  /** The least and the most that blocks asked for a unit of gas. */
  get baseFees(): { least: bigint; most: bigint } {
    const fees = this.#arrivals.map(({ baseFee }) => baseFee);
    return {
      least: fees.reduce((a, b) => a < b ? a : b),
      most: fees.reduce((a, b) => a > b ? a : b),
    };
  }

  /** Calls back after every block, at once. */
  onBlock(listener: (arrival: Arrival) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `take` in the moment when the next block with transactions arrives. */
  next<T>(take: (arrival: Arrival) => T): Promise<T> {
    let known = this.transactions;
    return new Promise((resolve, reject) => {
      this.ended.catch(reject);
      const stop = this.onBlock((arrival) => {
        if (arrival.transactions === known) return;
        known = arrival.transactions;
        stop();
        resolve(take(arrival));
      });
    });
  }

  close(): void {
    this.#stop.abort();
  }

  async #follow(rpc: string, clock: Clock): Promise<void> {
    const { signal } = this.#stop;
    const client = createClient({ url: rpc });
    for await (const block of client.subscribeBlocks({ cursor: 0n, signal })) {
      const arrival = {
        height: block.height,
        atMs: clock.monotonic(),
        transactions: this.transactions + block.transactions,
        baseFee: block.baseFee,
      };
      this.#arrivals.push(arrival);
      for (const listener of [...this.#listeners]) listener(arrival);
    }
  }
}
