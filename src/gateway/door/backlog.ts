import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import type { Clock } from "../../platform/types.ts";
import { Pace, type Sight } from "./pace.ts";

/** The bound is never lower: a chain that stands still takes so many, and goes on with them. */
const BOUND_MIN = 500;
/** By how much the bound grows while little waits. */
const GROWTH_PER_SECOND = 1.25;
/** The share of the bound that must wait for the exact number to matter. */
const WORTH_A_LOOK = 8;
const RETRY_MS_MIN = 20;
const RETRY_MS_MAX = 1_000;

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
  readonly #pace: Pace;
  #bound: number;
  /** Transactions a millisecond, when last so much waited that it could be told. */
  #rate = 0;
  /** Takeable at the last look. */
  #takeable = 0;
  /** Admitted since. Whether blocks could take it is not known yet. */
  #arrived = 0;
  #forwarded = 0;
  #entering = 0;
  #grownMs: number;
  /** Since the last look after a block. */
  #hasRefused = false;
  #onRefused = () => {};

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#bound = options.burst;
    this.#grownMs = options.clock.monotonic();
    this.#pace = new Pace(this.#grownMs);
  }

  /** Transactions that wait, as far as is known: those that have left since the last look are counted still. */
  get waiting(): number {
    return this.#takeable + this.#arrived + this.#entering;
  }

  /** What may wait. */
  get bound(): number {
    return Math.round(this.#bound);
  }

  /** Whether so much may wait that it is worth a look how much it is. */
  get isWorthALook(): boolean {
    return this.waiting * WORTH_A_LOOK >= this.#bound;
  }

  /** Called whenever somebody is refused: what is known may be wrong by now. */
  onRefused(callback: () => void): void {
    this.#onRefused = callback;
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
    this.#hasRefused = true;
    this.#onRefused();
    throw new RustoriumError(ErrorCode.RPC_BUSY, {
      detail: {
        waiting: this.waiting,
        wait_ms_max: this.#options.waitMsMax,
      },
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
    this.#arrived += transactions - this.#forwarded;
    this.#forwarded = transactions;
  }

  /** What waits, after blocks or between two. */
  look(sight: Sight): void {
    this.#takeable = sight.takeable;
    this.#arrived = 0;
    if (sight.blocks === 0) return;
    const atMs = this.#options.clock.monotonic();
    // Who was refused because of what blocks cannot take says nothing about them.
    const fullAt = this.#hasRefused ? this.#bound / 2 : Infinity;
    this.#hasRefused = false;
    this.#pace.see(sight, { atMs, fullAt });
    if (this.#pace.isKnown) this.#learn(atMs);
  }

  /** The bound follows the rate while much waits all the time, and else grows. */
  #learn(nowMs: number): void {
    const room = this.#pace.room(this.#options.waitMsMax);
    const bound = Math.max(BOUND_MIN, room);
    if (this.#pace.least < bound / 2 && !this.#pace.isFull) {
      this.#grow();
      this.#bound = Math.max(this.#bound, bound);
    } else {
      this.#rate = this.#pace.rate;
      this.#bound = bound;
      this.#grownMs = nowMs;
    }
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
