import type { Clock } from "../../platform/types.ts";
import { LIMITS } from "../limits.ts";

/** A peer that may not connect. */
export interface Ban {
  id: string;
  /** A short sentence. */
  reason: string;
  /** Unix time in milliseconds. */
  untilMs: number;
  /** How often it was banned. */
  count: number;
}

const FIRST_MS = 3_600_000;
const LONGEST_MS = 24 * FIRST_MS;
/** For so long after its end a ban makes the next one longer. */
const REMEMBERED_MS = LONGEST_MS;

/** Who may not connect, why, and until when: an hour at first, then twice as long each time, a day at most. */
export class Bans {
  readonly #clock: Pick<Clock, "now">;
  readonly #bans = new Map<string, Ban>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Bans a peer from now on. */
  add(id: string, reason: string): Ban {
    const count = (this.#bans.get(id)?.count ?? 0) + 1;
    const lengthMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (count - 1));
    const ban = { id, reason, count, untilMs: this.#clock.now() + lengthMs };
    this.restore(ban);
    return ban;
  }

  /** One of an earlier run. Of too many, the one that ends first is forgotten. */
  restore(ban: Ban): void {
    this.#bans.set(ban.id, ban);
    if (this.#bans.size <= LIMITS.bansMax) return;
    let first = ban;
    for (const one of this.#bans.values()) {
      if (one.untilMs < first.untilMs) first = one;
    }
    this.#bans.delete(first.id);
  }

  get(id: string): Ban | undefined {
    const ban = this.#bans.get(id);
    return ban && ban.untilMs > this.#clock.now() ? ban : undefined;
  }

  /** Those that hold, the one that ends last first. */
  all(): Ban[] {
    return this.known().filter(({ untilMs }) => untilMs > this.#clock.now());
  }

  /** Those that hold, and those that make the next one longer. */
  known(): Ban[] {
    for (const [id, { untilMs }] of this.#bans) {
      if (untilMs + REMEMBERED_MS <= this.#clock.now()) this.#bans.delete(id);
    }
    return [...this.#bans.values()]
      .toSorted((one, other) => other.untilMs - one.untilMs);
  }
}
