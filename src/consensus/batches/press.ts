import type { Clock, Timer } from "../../platform/types.ts";
import { equal } from "../../bytes/mod.ts";
import type { Author, OwnBatch } from "./author.ts";
import type { BatchPool } from "./pool.ts";

/** Own batches that wait for a block; more transactions wait in the mempool. */
const IN_FLIGHT_MAX = 8;
/** Two batches within this part of the block time help nobody. */
const BATCHES_PER_BLOCK_TIME = 4;
/** Without a decision the next batch is made a little later than one was expected, and after so many block times at the latest. */
const PATIENCE = 1.25;
const BLOCK_TIMES_MAX = 16;
/** Of how many batches the time on their way is averaged. */
const TRAVELS_REMEMBERED = 4;

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
 * one for each block, as late as it can be and still get around before that
 * block starts. All authors do, so that their batches travel, are checked,
 * stored and announced together.
 */
export class Press {
  readonly #options: PressOptions;
  #last = -Infinity;
  #decidedMs = -Infinity;
  /** When to make the one for the next block. */
  #plannedMs = -Infinity;
  /** How long it takes lately from the begin of a batch until enough hold it, however long. */
  #aroundMs: number;
  /** The same, but no longer than the block time. */
  #travelMs: number;
  #travelling: { digest: Uint8Array; sinceMs: number } | undefined;
  /** Least time until the next batch, unless a block is decided. */
  #everyMs: number;
  #running = false;
  #again = false;
  #stopped = false;
  #timer: Timer | undefined;

  constructor(options: PressOptions) {
    this.#options = options;
    this.#everyMs = options.blockTimeMs;
    this.#aroundMs = options.blockTimeMs;
    this.#travelMs = options.blockTimeMs;
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

  /** Enough hold it for a block to name it. */
  ready(digest: Uint8Array): void {
    const { digest: own, sinceMs } = this.#travelling ?? {};
    if (!own || !equal(own, digest)) return;
    const { clock, blockTimeMs } = this.#options;
    const ms = clock.monotonic() - sinceMs!;
    const boundedMs = Math.min(ms, blockTimeMs);
    this.#aroundMs += (ms - this.#aroundMs) / TRAVELS_REMEMBERED;
    this.#travelMs += (boundedMs - this.#travelMs) / TRAVELS_REMEMBERED;
    this.#travelling = undefined;
  }

  /**
   * From when on what authors should have for their next batches is to leave for
   * them: so long before the own next one as that will travel. All authors make
   * theirs at about the same time. In the past where none is expected.
   */
  get forwardMs(): number {
    const nextMs = this.#decidedMs > this.#last
      ? this.#dueMs()
      : this.#last + this.#everyMs / PATIENCE;
    return nextMs - this.#aroundMs;
  }

  /** A block is decided, and the next starts at `nextMs` or later. */
  decided(isFull: boolean, nextMs: number): void {
    const { clock, blockTimeMs } = this.#options;
    const now = clock.monotonic();
    const heightMs = now - this.#decidedMs;
    this.#decidedMs = now;
    // Empty blocks set no pace.
    const boundedMs = isFull
      ? Math.min(Math.max(heightMs, blockTimeMs), BLOCK_TIMES_MAX * blockTimeMs)
      : blockTimeMs;
    this.#everyMs = PATIENCE * boundedMs;
    this.#plannedMs = nextMs - PATIENCE * this.#travelMs;
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
      const sinceMs = clock.monotonic();
      const own = await author.next(height());
      if (!own || this.#stopped) continue;
      this.#travelling = { digest: own.digest, sinceMs };
      this.#last = clock.monotonic();
      this.#again = true;
      publish(own);
      await own.stored;
    }
  }

  #dueMs(): number {
    const leastMs = this.#options.blockTimeMs / BATCHES_PER_BLOCK_TIME;
    return this.#decidedMs > this.#last
      ? Math.max(this.#last + leastMs, this.#plannedMs)
      : this.#last + this.#everyMs;
  }

  #later(ms: number): void {
    this.#timer = this.#options.clock.schedule(ms, () => {
      this.#timer = undefined;
      this.wake();
    });
  }
}
