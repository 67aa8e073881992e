import { CrashPoint } from "./crash_point.ts";
import type { Stage } from "./stage.ts";

/** A machine that will stop before or after one of the next things that it writes or signs. */
export async function crashAtWrite(stage: Stage): Promise<boolean> {
  const when = stage.random.integer(2) === 0 ? "before" : "after";
  await stage.rehouse(
    "crashAtWrite",
    new CrashPoint(stage.between(1, 60), when),
  );
  return false;
}

/** A machine that will stop when a log entry is flushed and the message that it is for has not left. */
export async function crashAfterFlush(stage: Stage): Promise<boolean> {
  await stage.rehouse(
    "crashAfterFlush",
    new CrashPoint(stage.between(1, 20), "after", "sync"),
  );
  return false;
}

/** A machine that will stop when a log entry is written and not flushed, so that a part of it is left, or a wrong one. */
export async function tornWrite(stage: Stage): Promise<boolean> {
  await stage.rehouse(
    "tornWrite",
    new CrashPoint(stage.between(1, 20), "after", "append"),
  );
  return false;
}
