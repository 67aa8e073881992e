import type { Clock, Timer } from "../platform/types.ts";

export interface GatherOptions {
  clock: Clock;
  /** The longest that the first of them waits. */
  ms: number;
  /** So many do not wait for more. */
  countMax: number;
}

/** Lets what comes within a short time go on together: what each costs by itself is paid once. */
export class Gather {
  readonly #options: GatherOptions;
  #waiting: (() => void)[] = [];
  #timer: Timer | undefined;

  constructor(options: GatherOptions) {
    this.#options = options;
  }

  /** Resolves in the same turn for all that wait. */
  wait(): Promise<void> {
    const { clock, ms, countMax } = this.#options;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length >= countMax) this.release();
      else this.#timer ??= clock.schedule(ms, () => this.release());
    });
  }

  /** Nobody waits any longer. */
  release(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Those that wait, wait for ever. */
  stop(): void {
    this.#timer?.cancel();
    this.#waiting = [];
  }
}
