import type { Clock, Timer } from "../platform/types.ts";
import type { TimerKey } from "./effects.ts";

/** The engine's timers of one height; at most one for each kind and round. */
export class Timers {
  readonly #clock: Clock;
  readonly #running = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  schedule(key: TimerKey, ms: number, elapsed: () => void): void {
    this.cancel(key);
    const name = nameOf(key);
    const timer = this.#clock.schedule(ms, () => {
      this.#running.delete(name);
      elapsed();
    });
    this.#running.set(name, timer);
  }

  cancel(key: TimerKey): void {
    const name = nameOf(key);
    this.#running.get(name)?.cancel();
    this.#running.delete(name);
  }

  cancelAll(): void {
    for (const timer of this.#running.values()) timer.cancel();
    this.#running.clear();
  }
}

function nameOf({ kind, round }: TimerKey): string {
  return `${kind}/${round}`;
}
