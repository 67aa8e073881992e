import type { Clock } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";

/** What goes with a ticket, once and for a time. The oldest is forgotten first. */
export class Tickets<T> {
  readonly #clock: Clock;
  readonly #held = new Map<string, { value: T; untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(name: Uint8Array, value: T): void {
    const key = name.toHex();
    this.#held.delete(key);
    const untilMs = this.#clock.monotonic() + LIMITS.ticketMs;
    this.#held.set(key, { value, untilMs });
    const [oldest] = this.#held.keys();
    if (this.#held.size > LIMITS.ticketsMax) this.#held.delete(oldest!);
  }

  /** Gives it, and forgets it. */
  take(name: Uint8Array): T | undefined {
    const key = name.toHex();
    const held = this.#held.get(key);
    this.#held.delete(key);
    const isValid = held && held.untilMs > this.#clock.monotonic();
    return isValid ? held.value : undefined;
  }
}
