import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import type { Clock } from "../../platform/types.ts";
import { Lately } from "./lately.ts";

/** How far back the rate is measured. */
const WINDOW_MS = 2_000;
/** How far back at least the highest rate is remembered. */
const FAST_MS = 10_000;
/** How far back at least the quickest block is remembered. */
const QUICK_MS = 60_000;
/** The bound is never lower: a chain that stands still takes so many, and goes on with them. */
const BOUND_MIN = 500;
/** Blocks that the bound fills, however slow they are by themselves: one is executed, one voted on, and the next one gathered. */
const BLOCKS_MIN = 3;
/** What takes so much longer than the quickest does so for what is in it: with less, it takes less. */
const SLOW = 2;
/** By how much the bound grows while little waits. */
const GROWTH_PER_SECOND = 1.25;
/** The share of the bound that must wait for the exact number to matter. */
const WORTH_A_LOOK = 8;
const RETRY_MS_MIN = 20;
const RETRY_MS_MAX = 1_000;

/** What is seen after a block. */
export interface Sight {
  /** Transactions in the mempool. */
  waiting: number;
  /** Executed since the sight before. */
  blocks: number;
  /** From the moment when the block was final until it was executed: so long its transactions stay in the mempool, and keep nobody waiting. */
  lagMs: number;
}

/** One look into the mempool. */
interface Look extends Sight {
  atMs: number;
  /** Transactions that have left the mempool since the start. */
  left: number;
}

export interface BacklogOptions {
  clock: Clock;
  /** How long what is admitted should wait at most until it is final. */
  waitMsMax: number;
  /** May wait while it is not known how fast blocks take them. */
  burst: number;
}

/**
 * How much waits for blocks and how fast they take it. What is admitted beyond
 * that only waits longer, so the bound on it is the rate times the longest wait;
 * the rate is known when more waited, for a while, than blocks could take.
 */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #looks: Look[] = [];
  #bound: number;
  /** Transactions a millisecond, when last so much waited that it could be told. */
  #rate = 0;
  #waiting = 0;
  /** Of them those that blocks passed over: they wait for something else, and keep nobody out. */
  #resting = 0;
  #left = 0;
  #arrived = 0;
  #forwarded = 0;
  #forwardedSeen = 0;
  #entering = 0;
  #grownMs: number;
  #refusedMs = -Infinity;
  /** The shortest time from block to block. */
  readonly #quickest: Lately;
  /**
   * The highest rate. It is lower whenever less comes than blocks could take,
   * and so whenever somebody was refused: a bound by that would follow itself
   * down (BBR's filter, Cardwell et al. 2016, for the same reason).
   */
  readonly #fastest: Lately;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#bound = options.burst;
    this.#grownMs = options.clock.monotonic();
    const nowMs = this.#grownMs;
    this.#quickest = new Lately(Math.min, QUICK_MS, { nowMs, none: QUICK_MS });
    this.#fastest = new Lately(Math.max, FAST_MS, { nowMs, none: 0 });
  }

  /** Transactions that wait, as far as is known: those that have left since the last look are counted still. */
  get waiting(): number {
    const forwarded = this.#forwarded - this.#forwardedSeen;
    const known = this.#waiting - this.#resting;
    return known + this.#arrived + this.#entering + forwarded;
  }

  /** What may wait. */
  get bound(): number {
    return Math.round(this.#bound);
  }

  /** Whether so much may wait that it is worth a look how much it is. */
  get isWorthALook(): boolean {
    return this.waiting * WORTH_A_LOOK >= this.#bound;
  }

  /**
   * Whether so many more may come: the half of them that waits longest must not
   * wait too long, so that large submissions do not go over the bound by what
   * small ones leave free. @throws RPC_BUSY while blocks cannot take them in time.
   */
  check(transactions = 0): void {
    if (!this.isWorthALook) this.#grow();
    const more = Math.min(transactions, this.#bound) / 2;
    const over = this.waiting + more - this.#bound;
    if (over < 0) return;
    const { waitMsMax, clock } = this.#options;
    this.#refusedMs = clock.monotonic();
    throw new RustoriumError(ErrorCode.RPC_BUSY, {
      detail: { waiting: this.waiting, wait_ms_max: waitMsMax },
      ...(this.#rate > 0 && { retryAfterMs: this.#retryMs(over) }),
    });
  }

  /** So many transactions are on their way into the mempool. */
  enter(transactions: number): void {
    this.#entering += transactions;
  }

  /** Of them so many are in it now. */
  settle(transactions: number, admitted: number): void {
    this.#entering -= transactions;
    this.#arrived += admitted;
  }

  /** So many were admitted that other nodes forwarded, since the start. */
  forwarded(transactions: number): void {
    this.#forwarded = transactions;
  }

  /** What waits after blocks. */
  look({ waiting, blocks, lagMs }: Sight): void {
    const arrived = this.#arrived + this.#forwarded - this.#forwardedSeen;
    this.#left += Math.max(0, this.#waiting + arrived - waiting);
    this.#waiting = waiting;
    this.#arrived = 0;
    this.#forwardedSeen = this.#forwarded;
    const now = this.#options.clock.monotonic();
    this.#looks.push({
      ...{ atMs: now, left: this.#left },
      ...{ waiting, blocks, lagMs },
    });
    this.#learn();
    while (this.#looks.length > 1 && now - this.#looks[1]!.atMs >= WINDOW_MS) {
      this.#looks.shift();
    }
  }

  /** The bound follows the rate while much waits all the time, and else grows. */
  #learn(): void {
    const { waitMsMax } = this.#options;
    const first = this.#looks[0]!;
    const last = this.#looks.at(-1)!;
    const passedMs = last.atMs - first.atMs;
    this.#learnQuickest();
    const isTaken = last.left > first.left;
    if (isTaken || passedMs >= WINDOW_MS) {
      this.#resting = isTaken ? 0 : last.waiting;
    }
    if (passedMs < WINDOW_MS / 2) return;
    this.#fastest.see((last.left - first.left) / passedMs, last.atMs);
    const rate = this.#fastest.value;
    const inTime = Math.max(
      BOUND_MIN,
      rate * (waitMsMax + this.#lagMs()),
      BLOCKS_MIN * Math.min(
        this.#largestBlock(),
        rate * SLOW * this.#quickest.value,
      ),
    );
    const least = Math.min(...this.#looks.map(({ waiting }) => waiting));
    const isRefusing = this.#refusedMs > first.atMs;
    if (least < inTime / 2 && !isRefusing) {
      this.#grow();
      this.#bound = Math.max(this.#bound, inTime);
    } else {
      this.#rate = rate;
      this.#bound = inTime;
      this.#grownMs = last.atMs;
    }
  }

  /** The mean. What is executed more slowly than it may wait altogether is not to wait longer for that. */
  #lagMs(): number {
    const sum = this.#looks.reduce((sum, { lagMs }) => sum + lagMs, 0);
    return Math.min(sum / this.#looks.length, this.#options.waitMsMax);
  }

  /** Of blocks that took something. */
  #learnQuickest(): void {
    const [before, last] = this.#looks.slice(-2);
    if (!last || last.left === before!.left) return;
    const ms = (last.atMs - before!.atMs) / last.blocks;
    this.#quickest.see(ms, last.atMs);
  }

  /** What a block took, at most. */
  #largestBlock(): number {
    let largest = 0;
    for (let at = 1; at < this.#looks.length; at++) {
      const { left, blocks } = this.#looks[at]!;
      const taken = left - this.#looks[at - 1]!.left;
      largest = Math.max(largest, taken / blocks);
    }
    return largest;
  }

  /** Little waits: blocks may take more than is known. */
  #grow(): void {
    const now = this.#options.clock.monotonic();
    const seconds = (now - this.#grownMs) / 1_000;
    const grown = this.#bound * GROWTH_PER_SECOND ** seconds;
    this.#bound = Math.max(this.#bound, Math.min(grown, this.#options.burst));
    this.#grownMs = now;
  }

  /** Until there is room for a good part of what may wait. */
  #retryMs(over: number): number {
    const ms = (over + this.#bound / 4) / this.#rate;
    return Math.ceil(Math.min(Math.max(ms, RETRY_MS_MIN), RETRY_MS_MAX));
  }
}
