import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import type { Clock } from "../../platform/types.ts";

/** How far back the rate is measured. */
const WINDOW_MS = 1_000;
/** The bound is never lower: a chain that stands still takes so many, and goes on with them. */
const BOUND_MIN = 500;
/** Blocks that the bound always fills, however slow they are: one is executed, one voted on, and the next one gathered. */
const BLOCKS_MIN = 3;
/** By how much the bound grows while little waits. */
const GROWTH_PER_SECOND = 1.25;
/** The share of the bound that must wait for the exact number to matter. */
const WORTH_A_LOOK = 8;
const RETRY_MS_MIN = 20;
const RETRY_MS_MAX = 1_000;

/** One look into the mempool, after a block. */
interface Look {
  atMs: number;
  waiting: number;
  /** Transactions that have left the mempool since the start. */
  left: number;
  /** Blocks since the look before. */
  blocks: number;
}

export interface BacklogOptions {
  clock: Clock;
  /** How long what is admitted should wait at most. */
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
  #left = 0;
  #arrived = 0;
  #forwarded = 0;
  #forwardedSeen = 0;
  #entering = 0;
  #grownMs: number;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#bound = options.burst;
    this.#grownMs = options.clock.monotonic();
  }

  /** Transactions that wait, as far as is known: those that have left since the last look are counted still. */
  get waiting(): number {
    const forwarded = this.#forwarded - this.#forwardedSeen;
    return this.#waiting + this.#arrived + this.#entering + forwarded;
  }

  /** What may wait. */
  get bound(): number {
    return Math.round(this.#bound);
  }

  /** Whether so much may wait that it is worth a look how much it is. */
  get isWorthALook(): boolean {
    return this.waiting * WORTH_A_LOOK >= this.#bound;
  }

  /** @throws RPC_BUSY while more waits than blocks can take in time. */
  check(): void {
    if (!this.isWorthALook) this.#grow();
    const over = this.waiting - this.#bound;
    if (over < 0) return;
    const { waitMsMax } = this.#options;
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

  /** What waits after so many blocks since the last look. */
  look(waiting: number, blocks = 1): void {
    const arrived = this.#arrived + this.#forwarded - this.#forwardedSeen;
    this.#left += Math.max(0, this.#waiting + arrived - waiting);
    this.#waiting = waiting;
    this.#arrived = 0;
    this.#forwardedSeen = this.#forwarded;
    const now = this.#options.clock.monotonic();
    this.#looks.push({ atMs: now, waiting, left: this.#left, blocks });
    this.#learn();
    while (this.#looks.length > 1 && now - this.#looks[1]!.atMs >= WINDOW_MS) {
      this.#looks.shift();
    }
  }

  /** The bound follows the rate while much waits all the time, and else grows. */
  #learn(): void {
    const first = this.#looks[0]!;
    const last = this.#looks.at(-1)!;
    const passedMs = last.atMs - first.atMs;
    if (passedMs < WINDOW_MS / 2) return;
    const rate = (last.left - first.left) / passedMs;
    const inTime = Math.max(
      BOUND_MIN,
      rate * this.#options.waitMsMax,
      this.#largestBlock() * BLOCKS_MIN,
    );
    const least = Math.min(...this.#looks.map(({ waiting }) => waiting));
    if (least < inTime / 2) {
      this.#grow();
      this.#bound = Math.max(this.#bound, inTime);
    } else {
      this.#rate = rate;
      this.#bound = inTime;
      this.#grownMs = last.atMs;
    }
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
