/** One transfer whose way is followed. */
export interface Sample {
  id: Uint8Array;
  /** Monotonic milliseconds at which it was, or should have been, submitted. */
  submittedMs: number;
}

const KEPT_MAX = 40_000;

/** Evenly spread over whatever comes: when there are too many, every second one goes. */
export class Samples {
  #kept: Sample[] = [];
  #every = 1;
  #seen = 0;

  get all(): readonly Sample[] {
    return this.#kept;
  }

  /** `make` is called for what is kept. */
  add(make: () => Sample): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#kept.push(make());
    if (this.#kept.length < KEPT_MAX) return;
    this.#kept = this.#kept.filter((_, n) => n % 2 === 0);
    this.#every *= 2;
  }
}
