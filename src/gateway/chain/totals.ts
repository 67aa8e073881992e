import type { Clock } from "../../platform/types.ts";
import type { ChainView, NetworkMetrics } from "../types.ts";

const FRESH_MS = 1_000;

/** All that goes over the network. It is gathered of every peer, in other threads: for all who ask within a second once. */
export class NetworkTotals {
  readonly #chain: Pick<ChainView, "metrics">;
  readonly #clock: Clock;
  #last: Promise<NetworkMetrics> | undefined;
  #sinceMs = -Infinity;

  constructor(chain: Pick<ChainView, "metrics">, clock: Clock) {
    this.#chain = chain;
    this.#clock = clock;
  }

  read(): Promise<NetworkMetrics> {
    const now = this.#clock.monotonic();
    if (this.#last && now < this.#sinceMs + FRESH_MS) return this.#last;
    this.#sinceMs = now;
    return this.#last = this.#chain.metrics();
  }
}
