import type { Clock, Timer } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";

export interface PulseHooks {
  ping(): Promise<unknown>;
  /** A ping was answered. */
  onMeasured(rttMs: number): void;
  /** An answer is late, or came after all. */
  onChange(): void;
  /** An answer is so late that none will come. */
  onSilence(): void;
}

/** Measures the round trip to a peer again and again, and notices when an answer is late. */
export class Pulse {
  readonly #clock: Clock;
  readonly #hooks: PulseHooks;
  #timers: Timer[] = [];
  #isLate = false;
  #rttMs: number | undefined;
  /** Tells beats of the present run from those of an earlier one; 0 while stopped. */
  #run = 0;
  #runs = 0;

  constructor(clock: Clock, hooks: PulseHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Whether the last ping has waited too long for its answer. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Of the last ping that was answered. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  start(): void {
    if (this.#run !== 0) return;
    this.#run = ++this.#runs;
    this.#beat(this.#run);
  }

  stop(): void {
    this.#run = 0;
    this.#cancel();
    this.#isLate = false;
    this.#rttMs = undefined;
  }

  async #beat(run: number): Promise<void> {
    const clock = this.#clock;
    const start = clock.monotonic();
    const { pingMs, pongMsMax, silenceMsMax } = LIMITS;
    this.#timers = [
      clock.schedule(pongMsMax, () => this.#turn(true)),
      clock.schedule(silenceMsMax, this.#hooks.onSilence),
    ];
    const isAnswered = await this.#hooks.ping().then(() => true, () => false);
    if (this.#run !== run) return;
    this.#cancel();
    // Without an answer the connection is lost; another may be there already.
    if (isAnswered) {
      this.#rttMs = clock.monotonic() - start;
      this.#hooks.onMeasured(this.#rttMs);
      this.#turn(false);
    }
    this.#timers = [clock.schedule(pingMs, () => this.#beat(run))];
  }

  #turn(isLate: boolean): void {
    if (this.#isLate === isLate) return;
    this.#isLate = isLate;
    this.#hooks.onChange();
  }

  #cancel(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }
}
