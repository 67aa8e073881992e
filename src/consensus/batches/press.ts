import type { Clock, Timer } from "../../platform/types.ts";
import type { Author, OwnBatch } from "./author.ts";
import type { BatchPool } from "./pool.ts";

/** Own batches that wait for a block; more transactions wait in the mempool. */
const IN_FLIGHT_MAX = 8;
/** Two batches within this part of the block time help nobody. */
const BATCHES_PER_BLOCK_TIME = 4;
/** Without a decision the next batch is made a little later than one was expected, and after so many block times at the latest. */
const PATIENCE = 1.25;
const BLOCK_TIMES_MAX = 4;

export interface PressOptions {
  clock: Clock;
  author: Author;
  pool: BatchPool;
  /** Least time between two blocks. */
  blockTimeMs: number;
  /** The height to be decided. */
  height: () => bigint;
  publish: (own: OwnBatch) => void;
  onError: (error: unknown) => void;
}

/**
 * Makes own batches while transactions wait: at once after a quiet time, then
 * one for each block. All authors make theirs when a block is decided, so that
 * they travel, are checked, stored and announced together, and the next block
 * names them.
 */
export class Press {
  readonly #options: PressOptions;
  #last = -Infinity;
  #decidedMs = -Infinity;
  /** Least time until the next batch, unless a block is decided. */
  #everyMs: number;
  #running = false;
  #again = false;
  #stopped = false;
  #timer: Timer | undefined;

  constructor(options: PressOptions) {
    this.#options = options;
    this.#everyMs = options.blockTimeMs;
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

  /** What waits may be in the next block. */
  decided(isFull: boolean): void {
    const { clock, blockTimeMs } = this.#options;
    const now = clock.monotonic();
    const heightMs = now - this.#decidedMs;
    this.#decidedMs = now;
    // Empty blocks set no pace.
    const boundedMs = isFull
      ? Math.min(Math.max(heightMs, blockTimeMs), BLOCK_TIMES_MAX * blockTimeMs)
      : blockTimeMs;
    this.#everyMs = PATIENCE * boundedMs;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    const { clock, author, pool, height, publish } = this.#options;
    while (this.#again && !this.#stopped && pool.own < IN_FLIGHT_MAX) {
      const waitMs = this.#dueMs() - clock.monotonic();
      if (waitMs > 0) return this.#later(waitMs);
      this.#again = false;
      const own = await author.next(height());
      if (!own || this.#stopped) continue;
      this.#last = clock.monotonic();
      this.#again = true;
      publish(own);
      await own.stored;
    }
  }

  #dueMs(): number {
    const leastMs = this.#options.blockTimeMs / BATCHES_PER_BLOCK_TIME;
    const isBlockSince = this.#decidedMs > this.#last;
    return this.#last + (isBlockSince ? leastMs : this.#everyMs);
  }

  #later(ms: number): void {
    this.#timer = this.#options.clock.schedule(ms, () => {
      this.#timer = undefined;
      this.wake();
    });
  }
}
