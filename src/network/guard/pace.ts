import type { Clock } from "../../platform/types.ts";
import type { Rate } from "./buckets.ts";

/** A shorter pause is put off: timers cost more than it is worth. */
const PAUSE_MS_MIN = 20;
/** What must have flowed in since the debt was paid for it to have been a break, of what is held. */
const BREATH = 1 / 4;

/** How fast one peer may send: what it sends beyond is a debt, at most once its burst, and it is not read until that is paid. */
export class Pace {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #rate: Rate;
  #left: number;
  #atMs: number;
  #owingSinceMs: number | undefined;

  constructor(clock: Pick<Clock, "monotonic">, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#left = rate.burst;
    this.#atMs = clock.monotonic();
  }

  /** Milliseconds for which nothing more is to be read; 0 mostly. */
  spend(amount: number): number {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock.monotonic();
    const filled = this.#left + (now - this.#atMs) / 1_000 * perSecond;
    this.#atMs = now;
    this.#left = Math.max(-burst, Math.min(burst, filled) - amount);
    if (filled >= burst * BREATH) this.#owingSinceMs = undefined;
    if (this.#left < 0) this.#owingSinceMs ??= now;
    const waitMs = Math.ceil(-this.#left / perSecond * 1_000);
    return waitMs < PAUSE_MS_MIN ? 0 : waitMs;
  }

  /** Whether it has been in debt for so long without a break. Then the time begins anew. */
  hasOwedFor(ms: number): boolean {
    const since = this.#owingSinceMs;
    const now = this.#clock.monotonic();
    if (since === undefined || now - since < ms) return false;
    this.#owingSinceMs = now;
    return true;
  }
}
