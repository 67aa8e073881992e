/** How far back the rate is measured. */
const WINDOW_MS = 2_000;
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
  /** The shortest times from block to block: in this stretch of time, and in the one before. */
  #quickest = [QUICK_MS, QUICK_MS];
  #quickSinceMs: number;

  constructor(nowMs: number) {
    this.#quickSinceMs = nowMs;
  }

  /** Whether it was looked at for long enough. */
  get isKnown(): boolean {
    return this.#looks.length > 1 && this.#passedMs() >= WINDOW_MS / 2;
  }

  /** Transactions a millisecond, once it is known. */
  get rate(): number {
    const taken = this.#looks.at(-1)!.taken - this.#looks[0]!.taken;
    return taken / this.#passedMs();
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
      if (each > 0) this.#seeBlock((atMs - before.atMs) / sight.blocks, atMs);
      this.#forget(before.atMs - WINDOW_MS);
    }
    const isFull = sight.takeable + each >= fullAt;
    this.#looks.push({ ...sight, atMs, isFull, each });
  }

  /** How much blocks take in that time, but three blocks where these are slow by themselves. */
  room(waitMs: number): number {
    // What is executed more slowly than it may wait altogether is not to wait longer for that.
    const inTime = this.rate * (waitMs + Math.min(this.#lagMs(), waitMs));
    const largest = Math.max(...this.#looks.slice(1).map(({ each }) => each));
    const quick = this.rate * SLOW * Math.min(...this.#quickest);
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

  #seeBlock(ms: number, nowMs: number): void {
    const [now = ms] = this.#quickest;
    if (nowMs - this.#quickSinceMs >= QUICK_MS) {
      this.#quickest = [ms, now];
      this.#quickSinceMs = nowMs;
    } else {
      this.#quickest[0] = Math.min(now, ms);
    }
  }
}
