import { systemClock } from "../../platform/mod.ts";
import type { Clock } from "../../platform/types.ts";

/** A clock that goes on when it is told to; its timers are those of the system. */
export function handClock(): Clock & { pass(milliseconds: number): void } {
  let nowMs = 0;
  return {
    ...systemClock(),
    monotonic: () => nowMs,
    pass: (milliseconds) => void (nowMs += milliseconds),
  };
}
