import type { Clock } from "../../platform/types.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";

/**
 * Runs `work` with a signal that aborts after `milliseconds` (RPC_TIMEOUT) or with `outer`.
 */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = clock.schedule(
    milliseconds,
    () =>
      deadline.abort(fault(ErrorCode.RPC_TIMEOUT, { waited_ms: milliseconds })),
  );
  try {
    return await work(AbortSignal.any([outer, deadline.signal]));
  } finally {
    timer.cancel();
  }
}
