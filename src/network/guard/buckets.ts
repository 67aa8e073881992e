import type { Clock } from "../../platform/types.ts";

/** How fast a bucket fills, and how much it holds. */
export interface Rate {
  perSecond: number;
  burst: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** One bucket to take from. */
export interface Draw {
  name: string;
  rate: Rate;
}

/** Token buckets by name, full at first. Of too many the one that was used longest ago is forgotten. */
export class Buckets {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #namesMax: number;
  /** The one used last is the last. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Pick<Clock, "monotonic">, namesMax: number) {
    this.#clock = clock;
    this.#namesMax = namesMax;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one of each. Gives the first that is empty; then it has taken nothing. */
  take(draws: readonly Draw[]): Draw | undefined {
    const buckets = draws.map((draw) => this.#fill(draw));
    const empty = buckets.findIndex(({ left }) => left < 1);
    if (empty >= 0) return draws[empty];
    for (const bucket of buckets) bucket.left--;
    return undefined;
  }

  #fill({ name, rate: { perSecond, burst } }: Draw): Bucket {
    const now = this.#clock.monotonic();
    const { left, atMs } = this.#buckets.get(name) ??
      { left: burst, atMs: now };
    const filled = left + (now - atMs) / 1_000 * perSecond;
    const bucket = { left: Math.min(burst, filled), atMs: now };
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > this.#namesMax) {
      this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    return bucket;
  }
}
