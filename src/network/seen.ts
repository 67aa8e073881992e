import { type Clock, sha256 } from "../platform/mod.ts";
import { LIMITS } from "./limits.ts";

/** Longer than a vote and an announcement of a few batches. */
const OWN_NAME_BYTES_MAX = 512;

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
    const name = `${channel} ${nameOf(message)}`;
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

/** Small ones are their own names: to hash one costs more than all else here. */
function nameOf(message: Uint8Array): string {
  return message.length <= OWN_NAME_BYTES_MAX
    ? message.toHex()
    : sha256(message).toHex();
}
