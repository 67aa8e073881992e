import type { Clock, Random, Timer } from "../../platform/mod.ts";
import { Backoff } from "../backoff.ts";
import { LIMITS } from "../limits.ts";

/** One place that is dialled until it answers, and again when it is lost. */
interface Target {
  addresses: string[];
  backoff: Backoff;
  timer: Timer | undefined;
  isDialling: boolean;
  /** When it was dialled last. */
  dialledMs: number;
  /** When it answered last, until that connection is lost. */
  answeredMs: number | undefined;
}

export interface DialerParts {
  clock: Clock;
  random: Random;
  /** Whether the target's peer is connected, or need not be. */
  isDone(target: string): boolean;
  /** Rejects when nobody answers, or when they refuse. */
  dial(target: string, addresses: string[]): Promise<void>;
  /** Whether this failure will last. */
  isFinal(error: unknown): boolean;
  onFailure(target: string, error: unknown): void;
}

/** Dials targets again and again, each with its own growing pauses. */
export class Dialer {
  readonly #parts: DialerParts;
  readonly #targets = new Map<string, Target>();
  #closed = false;

  constructor(parts: DialerParts) {
    this.#parts = parts;
  }

  /** Sets a target's addresses, and dials it at once when they are new. */
  want(name: string, addresses: string[]): void {
    const known = this.#targets.get(name);
    if (known) {
      known.addresses = addresses;
      known.backoff.reset();
      const next = known.dialledMs + LIMITS.dialEveryMs;
      const waitMs = next - this.#parts.clock.monotonic();
      return this.#after(name, known, Math.max(0, waitMs));
    }
    const target: Target = {
      addresses,
      backoff: new Backoff(this.#parts.random),
      timer: undefined,
      isDialling: false,
      dialledMs: -Infinity,
      answeredMs: undefined,
    };
    this.#targets.set(name, target);
    this.#after(name, target, 0);
  }

  /** Forgets a target. */
  drop(name: string): void {
    this.#targets.get(name)?.timer?.cancel();
    this.#targets.delete(name);
  }

  /** A connection is lost: its targets are dialled again after a pause, a short one if the connection had lasted. */
  retry(): void {
    const now = this.#parts.clock.monotonic();
    for (const [name, target] of this.#targets) {
      const { timer, isDialling, answeredMs, backoff } = target;
      if (timer || isDialling || this.#parts.isDone(name)) continue;
      if (answeredMs !== undefined && now >= answeredMs + LIMITS.stableMs) {
        backoff.reset();
      }
      target.answeredMs = undefined;
      this.#after(name, target, backoff.next());
    }
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#targets.values()) timer?.cancel();
  }

  #after(name: string, target: Target, ms: number): void {
    target.timer?.cancel();
    if (this.#closed) return;
    target.timer = this.#parts.clock.schedule(ms, () => {
      target.timer = undefined;
      this.#dial(name, target);
    });
  }

  async #dial(name: string, target: Target): Promise<void> {
    if (target.isDialling || this.#parts.isDone(name)) return;
    const { clock } = this.#parts;
    target.isDialling = true;
    target.dialledMs = clock.monotonic();
    try {
      await this.#parts.dial(name, target.addresses);
      target.answeredMs = clock.monotonic();
    } catch (error) {
      if (this.#closed) return;
      if (this.#parts.isFinal(error)) target.backoff.exhaust();
      this.#parts.onFailure(name, error);
      this.#after(name, target, target.backoff.next());
    } finally {
      target.isDialling = false;
      // What was connected meanwhile may be lost again by now.
      const isWanted = this.#targets.get(name) === target;
      if (isWanted && !target.timer && !this.#parts.isDone(name)) {
        this.#after(name, target, target.backoff.next());
      }
    }
  }
}
