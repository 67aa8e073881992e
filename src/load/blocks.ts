import { EXECUTION_LAG } from "../core/mod.ts";
import { createClient } from "../client/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Clock } from "../platform/mod.ts";

/** The news of one final block. */
export interface Arrival {
  height: bigint;
  /** Monotonic milliseconds. */
  atMs: number;
  /** In the blocks up to this one, those included that had to go again. */
  transactions: number;
  /** Used up to two blocks before this one: its header tells of that block's. */
  gas: bigint;
  baseFee: bigint;
}

/** A chain under load that makes no block for so long has stopped. */
const STALL_MS = 60_000;

/** Follows the final blocks of a chain from its beginning. */
export class BlockWatch {
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #arrivals: Arrival[] = [];
  readonly #listeners = new Set<(arrival: Arrival) => void>();
  /** Rejects when the node ends the subscription. */
  readonly ended: Promise<void>;

  constructor(rpc: string, clock: Clock) {
    this.#clock = clock;
    this.ended = this.#follow(rpc);
  }

  /** All so far, each height once. */
  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  /** The news of a height that has arrived. */
  at(height: bigint): Arrival {
    return this.#arrivals[Number(height) - 1]!;
  }

  /** Transactions in all blocks so far. */
  get transactions(): number {
    return this.#arrivals.at(-1)?.transactions ?? 0;
  }

  /** Gas of all blocks whose gas is known. */
  get gas(): bigint {
    return this.#arrivals.at(-1)?.gas ?? 0n;
  }

  /** Gas of the blocks after `first` up to `last`, when that is known. */
  gasBetween(first: bigint, last: bigint): bigint {
    const lag = EXECUTION_LAG;
    return this.at(last + lag).gas - this.at(first + lag).gas;
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

  /** Calls `take` in the moment when the next block with transactions arrives. @throws RPC_TIMEOUT when none does. */
  next<T>(take: (arrival: Arrival) => T): Promise<T> {
    const known = this.transactions;
    return new Promise((resolve, reject) => {
      const stalled = this.#clock.schedule(STALL_MS, () => {
        stop();
        reject(fault(ErrorCode.RPC_TIMEOUT, { noBlockForMs: STALL_MS }));
      });
      const stop = this.onBlock((arrival) => {
        if (arrival.transactions === known) return;
        stop();
        stalled.cancel();
        resolve(take(arrival));
      });
    });
  }

  close(): void {
    this.#stop.abort();
  }

  async #follow(rpc: string): Promise<void> {
    const { signal } = this.#stop;
    const client = createClient({ url: rpc });
    for await (const block of client.subscribeBlocks({ cursor: 0n, signal })) {
      const arrival = {
        height: block.height,
        atMs: this.#clock.monotonic(),
        transactions: this.transactions + block.transactions,
        gas: this.gas + block.gasUsed,
        baseFee: block.baseFee,
      };
      this.#arrivals.push(arrival);
      for (const listener of [...this.#listeners]) listener(arrival);
    }
  }
}
