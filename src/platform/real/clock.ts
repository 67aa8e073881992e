import type { Clock, Timer } from "../types.ts";

/** Longer delays overflow a timer, which would then fire at once. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    schedule,
    sleep,
  };
}

function schedule(delayMs: number, callback: () => void): Timer {
  const id = setTimeout(callback, Math.min(delayMs, DELAY_MAX_MS));
  return { cancel: () => clearTimeout(id) };
}

function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = schedule(delayMs, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
