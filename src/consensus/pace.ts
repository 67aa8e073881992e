import { EXECUTION_LAG } from "../core/mod.ts";
import type { ConsensusOptions } from "./types.ts";

/** What the pace follows from. Times are monotonic milliseconds. */
interface Past {
  /** When the last height was started. */
  startMs: number;
  /** When it was decided. */
  decidedMs: number;
  /** When the last height with transactions was started. */
  fullStartMs: number;
  /** The last height with transactions. */
  fullHeight: bigint;
}

/** Batches that become ready within this part of the block time go into one block. */
const GATHERS_PER_BLOCK_TIME = 4;

export type PaceOptions =
  & Pick<ConsensusOptions, "blockTimeMs" | "emptyBlockTimeMs">
  & {
    /** Whether blocks wait for batches that are on their way between validators. */
    isShared: boolean;
  };

/**
 * When the next height starts. With transactions: at once, but not sooner than
 * the block time after the last block that had some. Without: until a header
 * carries the root of the last block that had some, so that its proofs exist,
 * at once, or a block time after the decision where batches may be on their way:
 * they would find an empty block before them; then only as a sign of life.
 */
export class Pace {
  readonly #options: PaceOptions;
  #past: Past = {
    startMs: -Infinity,
    decidedMs: -Infinity,
    fullStartMs: -Infinity,
    fullHeight: 0n,
  };
  #starting = -Infinity;
  /** When what waits has been gathered. */
  #readyMs = -Infinity;
  #waiting = false;
  /** Whether the height under way was started for transactions. */
  #isTaking = false;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** After a restart: the last height known to have had transactions. */
  recovered(fullHeight: bigint): void {
    this.#past.fullHeight = fullHeight;
  }

  /** Transactions wait for a block; `isAll`: no more are about to join them. */
  pending(nowMs: number, isAll: boolean): void {
    const gatherMs = this.#options.blockTimeMs / GATHERS_PER_BLOCK_TIME;
    if (!this.#waiting) this.#readyMs = nowMs + gatherMs;
    if (isAll) this.#readyMs = Math.min(this.#readyMs, nowMs);
    this.#waiting = true;
  }

  /** After a decision: nothing is left for the next block. */
  settled(): void {
    this.#waiting = false;
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
  decided(height: bigint, isFull: boolean, nowMs: number): void {
    this.#past.startMs = this.#starting;
    this.#past.decidedMs = nowMs;
    // A mempool that promises what it does not give must not set the pace.
    if (isFull || this.#isTaking) this.#past.fullStartMs = this.#starting;
    if (isFull) this.#past.fullHeight = height;
    this.#isTaking = false;
  }

  /** When the next block with transactions may start. */
  get nextMs(): number {
    return this.#past.fullStartMs + this.#options.blockTimeMs;
  }

  /** Monotonic milliseconds at which `height` may start. */
  due(height: bigint): number {
    const { startMs, decidedMs, fullHeight } = this.#past;
    const { blockTimeMs, emptyBlockTimeMs, isShared } = this.#options;
    if (this.#waiting) {
      return Math.max(this.nextMs, this.#readyMs);
    }
    if (fullHeight > 0n && height <= fullHeight + EXECUTION_LAG) {
      return isShared ? decidedMs + blockTimeMs : -Infinity;
    }
    return startMs + emptyBlockTimeMs;
  }
}
