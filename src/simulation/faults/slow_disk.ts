import type { Kv, LogFile, Scheduler, Signer } from "../../platform/mod.ts";
import { simClock } from "../../platform/mod.ts";
import type { Hardware } from "./hardware.ts";
import type { Stage } from "./stage.ts";

/** One commit in so many takes the long time. */
const STALL_ONE_IN = 8;
const FAST_MS = 20;
const STALL_MS_MAX = 6_000;

/** A disk that loses nothing, and at times stands still for longer than any timeout of consensus. */
export class SlowDisk implements Hardware {
  readonly hasFailed = false;
  readonly hasStopped = false;
  readonly #scheduler: Scheduler;
  readonly #delayMs: () => number;
  #life: AbortController | undefined;

  constructor(scheduler: Scheduler, delayMs: () => number) {
    this.#scheduler = scheduler;
    this.#delayMs = delayMs;
  }

  kv(kv: Kv): Kv {
    return {
      get: (key) => kv.get(key),
      list: (selector, options) => kv.list(selector, options),
      commit: async (mutations) => {
        await this.#wait();
        await kv.commit(mutations);
      },
      close: () => kv.close(),
    };
  }

  file(file: LogFile): LogFile {
    return {
      read: () => file.read(),
      append: (bytes) => file.append(bytes),
      sync: async () => {
        await this.#wait();
        await file.sync();
      },
      truncate: (length) => file.truncate(length),
      replace: (bytes) => file.replace(bytes),
      close: () => file.close(),
    };
  }

  signer(signer: Signer): Signer {
    return signer;
  }

  begin(): void {
    this.#life = new AbortController();
  }

  end(): void {
    this.#life?.abort();
    this.#life = undefined;
  }

  async #wait(): Promise<void> {
    const signal = this.#life?.signal;
    if (!signal) return;
    await simClock(this.#scheduler).sleep(this.#delayMs(), signal)
      .catch((error) => {
        if (!signal.aborted) throw error;
      });
  }
}

/** A running node begins a new life on a disk that stands still at times. */
export async function slowDisk(stage: Stage): Promise<boolean> {
  const delayMs = () =>
    stage.between(0, STALL_ONE_IN - 1) === 0
      ? stage.between(FAST_MS, STALL_MS_MAX)
      : stage.between(0, FAST_MS);
  const { scheduler } = stage.cluster;
  const disk = new SlowDisk(scheduler, delayMs);
  return await stage.rehouse("slowDisk", disk) !== undefined;
}
