import type { Random, Scheduler, SimClockOptions } from "../platform/mod.ts";

/** The clocks of all nodes: each goes at its own speed, and is set now and then. */
export class Clocks {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  /** Largest difference of the speeds. */
  readonly #driftPpm: number;
  readonly #drifts = new Map<number, number>();
  readonly #skewsMs = new Map<number, number>();

  constructor(scheduler: Scheduler, random: Random, driftPpm: number) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#driftPpm = driftPpm;
  }

  /** The clock of a node. */
  of(index: number): SimClockOptions {
    return {
      driftPpm: this.#driftOf(index),
      skewMs: () => this.#skewsMs.get(index) ?? 0,
    };
  }

  /** Sets a node's clock, so that it differs from the true time by so much. */
  set(index: number, offMs: number): void {
    const drifted = this.#scheduler.now() * this.#driftOf(index) / 1e6;
    this.#skewsMs.set(index, offMs - drifted);
  }

  #driftOf(index: number): number {
    const most = this.#driftPpm;
    const drift = this.#drifts.get(index) ??
      (most && this.#random.integer(2 * most) - most);
    this.#drifts.set(index, drift);
    return drift;
  }
}
