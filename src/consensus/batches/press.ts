import type { Clock, Timer } from "../../platform/types.ts";
import type { Author, OwnBatch } from "./author.ts";
import type { BatchPool } from "./pool.ts";

/** Own batches that wait for a block; more transactions wait in the mempool. */
const IN_FLIGHT_MAX = 8;

export interface PressOptions {
  clock: Clock;
  author: Author;
  pool: BatchPool;
  /** Least time between two batches, in milliseconds. */
  everyMs: number;
  /** The height to be decided. */
  height: () => bigint;
  publish: (own: OwnBatch) => void;
  onError: (error: unknown) => void;
}

/** Makes own batches one after the other while transactions wait. */
export class Press {
  readonly #options: PressOptions;
  #last = -Infinity;
  #running = false;
  #again = false;
  #stopped = false;
  #timer: Timer | undefined;

  constructor(options: PressOptions) {
    this.#options = options;
  }

  /** Transactions may wait, or there is room for another batch. */
  wake(): void {
    this.#again = true;
    if (this.#running || this.#timer || this.#stopped) return;
    this.#running = true;
    this.#run().catch((error) => {
      if (!this.#stopped) this.#options.onError(error);
    }).finally(() => {
      this.#running = false;
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    const { clock, author, pool, everyMs, height, publish } = this.#options;
    while (this.#again && !this.#stopped && pool.own < IN_FLIGHT_MAX) {
      const waitMs = this.#last + everyMs - clock.monotonic();
      if (waitMs > 0) return this.#later(waitMs);
      this.#again = false;
      const own = await author.next(height());
      if (!own || this.#stopped) continue;
      this.#last = clock.monotonic();
      this.#again = true;
      publish(own);
    }
  }

  #later(ms: number): void {
    this.#timer = this.#options.clock.schedule(ms, () => {
      this.#timer = undefined;
      this.wake();
    });
  }
}
