import type { Heads } from "../chain/heads.ts";
import type { Clock, Log } from "../../platform/types.ts";
import type { GatewayBackend } from "../types.ts";
import type { Backlog } from "./backlog.ts";

/** Between two looks at least. */
const LOOK_MS_MIN = 50;

export interface BacklogWatchOptions {
  backlog: Backlog;
  heads: Heads;
  executor: Pick<GatewayBackend["executor"], "pending">;
  clock: Clock;
  log: Log;
}

/** Looks after blocks how much still waits, where that matters. */
export function watchBacklog(options: BacklogWatchOptions): void {
  const { backlog, heads, executor, clock, log } = options;
  let executed = heads.executed;
  let looked = executed;
  let isLooking = false;
  let lookedMs = -Infinity;

  const look = async () => {
    isLooking = true;
    lookedMs = clock.monotonic();
    try {
      const { transactions } = await executor.pending();
      const blocks = Number(heads.executed - looked);
      looked = heads.executed;
      backlog.look(transactions, Math.max(blocks, 1));
    } catch (error) {
      log.debug("how much waits could not be asked", { error: String(error) });
    } finally {
      isLooking = false;
    }
  };

  heads.onChange(() => {
    backlog.forwarded(heads.forwarded);
    if (heads.executed === executed || isLooking) return;
    executed = heads.executed;
    if (!backlog.isWorthALook) return;
    if (clock.monotonic() - lookedMs >= LOOK_MS_MIN) void look();
  });
}
