import type { Clock } from "../types.ts";
import type { Scheduler } from "./scheduler.ts";

export interface SimClockOptions {
  /** What `now` says when the scheduler's time is 0, in milliseconds since the Unix epoch. */
  startMs?: number;
  /** How much faster than the scheduler's time this clock goes; negative: slower. */
  driftPpm?: number;
  /** What is added to `now` at present, in milliseconds: a clock that is set. */
  skewMs?: () => number;
}

const START_MS = Date.UTC(2026, 0, 1);

/** One node's clock over the common virtual time. */
export function simClock(
  scheduler: Scheduler,
  { startMs = START_MS, driftPpm = 0, skewMs = () => 0 }: SimClockOptions = {},
): Clock {
  const rate = 1 + driftPpm / 1e6;
  const monotonic = () => scheduler.now() * rate;
  const schedule = (delayMs: number, callback: () => void) =>
    scheduler.schedule(delayMs / rate, callback);
  return {
    now: () => Math.floor(startMs + monotonic() + skewMs()),
    monotonic,
    schedule,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = schedule(delayMs, resolve);
        signal?.addEventListener("abort", () => {
          timer.cancel();
          reject(signal.reason);
        }, { once: true });
      }),
  };
}
