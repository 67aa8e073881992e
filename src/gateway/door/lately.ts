/** The least or the most of what was seen in a stretch of time, and in the one before. */
export class Lately {
  readonly #best: (one: number, other: number) => number;
  readonly #stretchMs: number;
  #now: number;
  #before: number;
  #sinceMs: number;

  /** `best` is `Math.min` or `Math.max`; `none` stands for it until something is seen. */
  constructor(
    best: (one: number, other: number) => number,
    stretchMs: number,
    { nowMs, none }: { nowMs: number; none: number },
  ) {
    this.#best = best;
    this.#stretchMs = stretchMs;
    this.#now = none;
    this.#before = none;
    this.#sinceMs = nowMs;
  }

  get value(): number {
    return this.#best(this.#now, this.#before);
  }

  see(value: number, nowMs: number): void {
    if (nowMs - this.#sinceMs >= this.#stretchMs) {
      [this.#before, this.#now] = [this.#now, value];
      this.#sinceMs = nowMs;
    } else {
      this.#now = this.#best(this.#now, value);
    }
  }
}
