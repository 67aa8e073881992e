import type { Random } from "../platform/mod.ts";
import { LIMITS } from "./limits.ts";

/** Pauses between attempts: doubling, bounded, each between half and the whole, so that peers do not dial in step. */
export class Backoff {
  readonly #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The pause after one more failure, in milliseconds; `msMax` at most. */
  next(msMax: number = LIMITS.redialMsMax): number {
    const whole = Math.min(msMax, LIMITS.redialMsMin * 2 ** this.#failures);
    this.#failures++;
    return whole / 2 + this.#random.integer(Math.ceil(whole / 2) + 1);
  }

  /** It went well: the next failure is the first again. */
  reset(): void {
    this.#failures = 0;
  }

  /** Nothing will change soon: the next pause is the longest. */
  exhaust(): void {
    this.#failures = 32;
  }
}
