import type { Heads } from "../chain/heads.ts";
import type { Clock, Log } from "../../platform/types.ts";
import type { GatewayBackend } from "../types.ts";
import type { Backlog } from "./backlog.ts";

/** Between two looks after blocks at least. */
const LOOK_MS_MIN = 50;
/** Without a block, who is refused is reason enough for a look after that time. */
const UNSEEN_MS_MAX = 250;

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
  /** The last one after a block. */
  let afterBlockMs = -Infinity;
  const lag = new Lag();

  const look = async () => {
    isLooking = true;
    lookedMs = clock.monotonic();
    try {
      const { takeable, taken } = await executor.pending();
      const blocks = Number(heads.executed - looked);
      looked = heads.executed;
      backlog.look({ takeable, taken, blocks, lagMs: lag.ms });
    } catch (error) {
      log.debug("how much waits could not be asked", { error: String(error) });
    } finally {
      isLooking = false;
    }
  };

  backlog.onRefused(() => {
    if (isLooking || clock.monotonic() - lookedMs < UNSEEN_MS_MAX) return;
    void look();
  });
  heads.onChange(() => {
    const now = clock.monotonic();
    backlog.forwarded(heads.forwarded);
    lag.see(heads, now);
    if (heads.executed === executed || isLooking) return;
    executed = heads.executed;
    if (!backlog.isWorthALook || now - afterBlockMs < LOOK_MS_MIN) return;
    afterBlockMs = now;
    void look();
  });
}

/** Heights that are final and not executed; of more the oldest are forgotten. */
const OPEN_MAX = 16;

/** How long a block that is final waits for its execution. */
class Lag {
  readonly #open: { height: bigint; atMs: number }[] = [];
  #decided = 0n;
  #ms = 0;

  /** Of the last one executed. */
  get ms(): number {
    return this.#ms;
  }

  see({ decided, executed }: Pick<Heads, "decided" | "executed">, now: number) {
    if (decided > this.#decided) {
      this.#open.push({ height: decided, atMs: now });
      this.#decided = decided;
    }
    if (this.#open.length > OPEN_MAX) this.#open.shift();
    while (this.#open.length > 0 && this.#open[0]!.height <= executed) {
      this.#ms = now - this.#open.shift()!.atMs;
    }
  }
}
