import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock, Timer } from "../../platform/types.ts";

/** How much later than asked for a deadline may come. */
const STEP_MS = 250;

interface Entry {
  dueMs: number;
  waitedMs: number;
  abort(reason: Error): void;
}

/** Deadlines of many at once by one timer, which runs only while there are any. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #entries = new Set<Entry>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * What `work` gives. After `milliseconds` it rejects with RPC_TIMEOUT, and
   * calls `onLate` so that the work ends as well.
   */
  async within<T>(
    milliseconds: number,
    work: Promise<T>,
    onLate: () => void = () => {},
  ): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const entry: Entry = {
      dueMs: this.#clock.monotonic() + milliseconds,
      waitedMs: milliseconds,
      abort(reason) {
        reject(reason);
        onLate();
      },
    };
    this.#entries.add(entry);
    this.#timer ??= this.#wait();
    try {
      return await Promise.race([work, late]);
    } finally {
      this.#entries.delete(entry);
    }
  }

  /** Ends all that is waited for. */
  close(reason: Error): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const entry of this.#entries) entry.abort(reason);
  }

  #wait(): Timer {
    return this.#clock.schedule(STEP_MS, () => {
      const now = this.#clock.monotonic();
      for (const { dueMs, waitedMs, abort } of this.#entries) {
        if (dueMs > now) continue;
        abort(fault(ErrorCode.RPC_TIMEOUT, { waited_ms: waitedMs }));
      }
      this.#timer = this.#entries.size > 0 ? this.#wait() : undefined;
    });
  }
}
