import { type Clock, sha256 } from "../platform/mod.ts";
import { LIMITS } from "./limits.ts";

/** How a message came. */
export type Way = "data" | "control" | "gossip";

/**
 * What came lately, so that a message that takes several ways is heard once.
 * Whatever comes again by its first way is heard again: its sender repeats it.
 */
export class Seen {
  readonly #clock: Clock;
  /** The oldest are the first. */
  readonly #first = new Map<string, { way: Way; untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes it; gives whether it is to be heard. */
  isNew(way: Way, channel: string, message: Uint8Array): boolean {
    const name = `${channel} ${sha256(message).toHex()}`;
    const now = this.#clock.monotonic();
    this.#forget(now);
    const known = this.#first.get(name);
    if (known) return known.way === way;
    this.#first.set(name, { way, untilMs: now + LIMITS.seenMs });
    return true;
  }

  #forget(now: number): void {
    for (const [name, { untilMs }] of this.#first) {
      if (untilMs > now && this.#first.size <= LIMITS.seenMax) return;
      this.#first.delete(name);
    }
  }
}
