import { CrashPoint } from "./crash_point.ts";
import type { Stage } from "./stage.ts";

/** A machine that will stop before or after one of the next things that it writes or signs. */
export function crashAtWrite(stage: Stage): Promise<boolean> {
  const when = stage.random.integer(2) === 0 ? "before" : "after";
  return stage.rehouse(new CrashPoint(stage.between(1, 60), when));
}

/** A machine that will stop when a log entry is flushed and the message that it is for has not left. */
export function crashAfterFlush(stage: Stage): Promise<boolean> {
  return stage.rehouse(new CrashPoint(stage.between(1, 20), "after", "sync"));
}

/** A machine that will stop when a log entry is written and not flushed, so that a part of it is left, or a wrong one. */
export function tornWrite(stage: Stage): Promise<boolean> {
  return stage.rehouse(new CrashPoint(stage.between(1, 20), "after", "append"));
}
