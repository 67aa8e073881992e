import { EXECUTION_LAG } from "../core/mod.ts";
import type { ConsensusOptions } from "./types.ts";

/** What the pace follows from. Times are monotonic milliseconds. */
interface Past {
  /** When the last height was started. */
  startMs: number;
  /** When the last height with transactions was started. */
  fullStartMs: number;
  /** The last height with transactions. */
  fullHeight: bigint;
}

/**
 * When the next height starts. With transactions: at once, but not sooner than
 * the block time after the last block that had some. Without: at once until a
 * header carries the root of the last block that had some, so that its proofs
 * exist; then only as a sign of life.
 */
export class Pace {
  readonly #options: Pick<ConsensusOptions, "blockTimeMs" | "emptyBlockTimeMs">;
  #past: Past = { startMs: -Infinity, fullStartMs: -Infinity, fullHeight: 0n };
  #starting = -Infinity;
  #waiting = false;
  /** Whether the height under way was started for transactions. */
  #isTaking = false;

  constructor(
    options: Pick<ConsensusOptions, "blockTimeMs" | "emptyBlockTimeMs">,
  ) {
    this.#options = options;
  }

  /** After a restart: the last height known to have had transactions. */
  recovered(fullHeight: bigint): void {
    this.#past.fullHeight = fullHeight;
  }

  /** Transactions wait in the mempool. */
  pending(): void {
    this.#waiting = true;
  }

  /** After a decision: whether something is left for the next block. */
  settled(isWaiting: boolean): void {
    this.#waiting = isWaiting;
  }

  /** A block is being built; it takes what waits. */
  taken(): void {
    this.#isTaking = this.#waiting;
    this.#waiting = false;
  }

  started(nowMs: number): void {
    this.#starting = nowMs;
  }

  /** A height is decided. */
  decided(height: bigint, isFull: boolean): void {
    this.#past.startMs = this.#starting;
    // A mempool that promises what it does not give must not set the pace.
    if (isFull || this.#isTaking) this.#past.fullStartMs = this.#starting;
    if (isFull) this.#past.fullHeight = height;
    this.#isTaking = false;
  }

  /** Monotonic milliseconds at which `height` may start. */
  due(height: bigint): number {
    const { startMs, fullStartMs, fullHeight } = this.#past;
    if (this.#waiting) return fullStartMs + this.#options.blockTimeMs;
    if (fullHeight > 0n && height <= fullHeight + EXECUTION_LAG) {
      return -Infinity;
    }
    return startMs + this.#options.emptyBlockTimeMs;
  }
}
