import { Lately } from "./lately.ts";

/** How far back the rate is measured. */
const WINDOW_MS = 2_000;
/** How far back at least the highest rate is remembered. */
const FAST_MS = 10_000;
/** How far back at least the quickest block is remembered. */
const QUICK_MS = 60_000;
/** Blocks for which there is room, however slow they are by themselves: one is executed, one voted on, and the next one gathered. */
const BLOCKS_MIN = 3;
/** What takes so much longer than the quickest does so for what is in it: with less, it takes less. */
const SLOW = 2;

/** What is seen of the mempool. */
export interface Sight {
  /** Transactions that blocks could take as they come. What waits for something else keeps nobody out. */
  takeable: number;
  /** Executed of those that were in it, since the start. */
  taken: number;
  /** Executed since the sight before. */
  blocks: number;
  /** From the moment when the block was final until it was executed: so long its transactions stay in the mempool, and keep nobody waiting. */
  lagMs: number;
}

/** One look at the mempool after a block. */
interface Look extends Sight {
  atMs: number;
  /** Whether more was sent than there was room for. */
  isFull: boolean;
  /** What each block took since the look before. */
  each: number;
}

/** How fast blocks take what waits. */
export class Pace {
  readonly #looks: Look[] = [];
  /** The shortest time from block to block. */
  readonly #quickest: Lately;
  /**
   * The highest rate. It is lower whenever less comes than blocks could take,
   * and so whenever somebody was refused: a bound by that would follow itself
   * down (BBR's filter, Cardwell et al. 2016, for the same reason).
   */
  readonly #fastest: Lately;

  constructor(nowMs: number) {
    this.#quickest = new Lately(Math.min, QUICK_MS, { nowMs, none: QUICK_MS });
    this.#fastest = new Lately(Math.max, FAST_MS, { nowMs, none: 0 });
  }

  /** Whether it was looked at for long enough. */
  get isKnown(): boolean {
    return this.#looks.length > 1 && this.#passedMs() >= WINDOW_MS / 2;
  }

  /** Transactions a millisecond, once it is known. */
  get rate(): number {
    return this.#fastest.value;
  }

  /** The least that waited. */
  get least(): number {
    return Math.min(...this.#looks.map(({ takeable }) => takeable));
  }

  /** Whether there was less room than was asked for. */
  get isFull(): boolean {
    return this.#looks.slice(1).some(({ isFull }) => isFull);
  }

  /** After blocks. `fullAt`: with so many there was too little room. */
  see(sight: Sight, { atMs, fullAt }: { atMs: number; fullAt: number }): void {
    const before = this.#looks.at(-1);
    const each = (sight.taken - (before?.taken ?? 0)) / sight.blocks;
    if (before) {
      const ms = (atMs - before.atMs) / sight.blocks;
      if (each > 0) this.#quickest.see(ms, atMs);
      this.#forget(before.atMs - WINDOW_MS);
    }
    const isFull = sight.takeable + each >= fullAt;
    this.#looks.push({ ...sight, atMs, isFull, each });
    if (!this.isKnown) return;
    const taken = sight.taken - this.#looks[0]!.taken;
    this.#fastest.see(taken / this.#passedMs(), atMs);
  }

  /** How much blocks take in that time, but three blocks where these are slow by themselves. */
  room(waitMs: number): number {
    // What is executed more slowly than it may wait altogether is not to wait longer for that.
    const inTime = this.rate * (waitMs + Math.min(this.#lagMs(), waitMs));
    const largest = Math.max(...this.#looks.slice(1).map(({ each }) => each));
    const quick = this.rate * SLOW * this.#quickest.value;
    return Math.max(inTime, BLOCKS_MIN * Math.min(largest, quick));
  }

  /** Looks up to that time, but the last of them. */
  #forget(untilMs: number): void {
    while ((this.#looks[1]?.atMs ?? Infinity) <= untilMs) this.#looks.shift();
  }

  #passedMs(): number {
    return this.#looks.at(-1)!.atMs - this.#looks[0]!.atMs;
  }

  #lagMs(): number {
    const sum = this.#looks.reduce((sum, { lagMs }) => sum + lagMs, 0);
    return sum / this.#looks.length;
  }
}
