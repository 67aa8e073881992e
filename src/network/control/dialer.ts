import type { Clock, Random, Timer } from "../../platform/mod.ts";
import { Backoff } from "../backoff.ts";

/** One place that is dialled until it answers, and again when it is lost. */
interface Target {
  addresses: string[];
  backoff: Backoff;
  timer: Timer | undefined;
  isDialling: boolean;
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
      return this.#after(name, known, 0);
    }
    const target: Target = {
      addresses,
      backoff: new Backoff(this.#parts.random),
      timer: undefined,
      isDialling: false,
    };
    this.#targets.set(name, target);
    this.#after(name, target, 0);
  }

  /** Forgets a target. */
  drop(name: string): void {
    this.#targets.get(name)?.timer?.cancel();
    this.#targets.delete(name);
  }

  /** A connection is lost: its targets are dialled again after a short pause. */
  retry(): void {
    for (const [name, target] of this.#targets) {
      if (!target.timer && !target.isDialling && !this.#parts.isDone(name)) {
        this.#after(name, target, target.backoff.next());
      }
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
    target.isDialling = true;
    try {
      await this.#parts.dial(name, target.addresses);
      target.backoff.reset();
    } catch (error) {
      if (this.#closed) return;
      if (this.#parts.isFinal(error)) target.backoff.exhaust();
      this.#parts.onFailure(name, error);
      this.#after(name, target, target.backoff.next());
    } finally {
      target.isDialling = false;
    }
  }
}
