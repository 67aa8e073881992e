import type { Clock, Random, Timer } from "../../platform/mod.ts";
import { Backoff } from "../backoff.ts";
import { LIMITS } from "../limits.ts";

/** Somebody who may be dialled. */
interface Candidate {
  id: string;
  addresses: readonly string[];
  group: string | undefined;
  isAnchor: boolean;
  backoff: Backoff;
  isDialling: boolean;
  /** Not dialled before, on the monotonic clock. */
  notBeforeMs: number;
  dialledMs: number;
  answeredMs: number | undefined;
}

export interface OutboundParts {
  clock: Clock;
  random: Random;
  /** How many dialled peers there are to be. */
  target: number;
  /** How many of them may be of one address group; 0: any. */
  perGroup: number;
  /** The address groups of the peers that were dialled and are connected. */
  groups(): readonly (string | undefined)[];
  /** Whether there is a place for one more. */
  hasRoom(): boolean;
  /** Whether a node is not connected and may be. */
  isWanted(id: string): boolean;
  /** Rejects when nobody answers, or when they refuse. */
  dial(id: string, addresses: readonly string[]): Promise<void>;
  /** Whether this failure will last. */
  isFinal(error: unknown): boolean;
  onFailure(id: string, error: unknown): void;
}

/**
 * Chooses whom to connect with: anchors first, else by chance, so that nobody
 * outside can say who is dialled, and no more than some of one address group.
 */
export class Outbound {
  readonly #parts: OutboundParts;
  readonly #candidates = new Map<string, Candidate>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(parts: OutboundParts) {
    this.#parts = parts;
  }

  /** A node is reached there, by what it says itself; {@linkcode fill} dials it. */
  add(
    { id, addresses, group, isAnchor }: Pick<
      Candidate,
      "id" | "addresses" | "group" | "isAnchor"
    >,
  ): void {
    const known = this.#candidates.get(id);
    if (known) {
      Object.assign(known, { addresses, group });
      known.backoff.reset();
      known.notBeforeMs = known.dialledMs + LIMITS.dialEveryMs;
    } else {
      this.#candidates.set(id, {
        ...{ id, addresses, group, isAnchor },
        backoff: new Backoff(this.#parts.random),
        isDialling: false,
        notBeforeMs: -Infinity,
        dialledMs: -Infinity,
        answeredMs: undefined,
      });
    }
  }

  has(id: string): boolean {
    return this.#candidates.has(id);
  }

  forget(id: string): void {
    this.#candidates.delete(id);
  }

  /** A connection is lost. It is dialled again after a pause, a short one if the connection had lasted. */
  lost(id: string): void {
    const candidate = this.#candidates.get(id);
    if (candidate) {
      const now = this.#parts.clock.monotonic();
      const { answeredMs, backoff } = candidate;
      if (answeredMs !== undefined && now >= answeredMs + LIMITS.stableMs) {
        backoff.reset();
      }
      candidate.answeredMs = undefined;
      candidate.notBeforeMs = now + backoff.next();
    }
    this.fill();
  }

  /** Dials until there are enough. */
  fill(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed) return;
    for (let next; (next = this.#choose()) !== undefined;) this.#dial(next);
    this.#fillLater();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** One that may be dialled now. */
  #choose(): Candidate | undefined {
    const now = this.#parts.clock.monotonic();
    const eligible = this.#eligible()
      .filter(({ notBeforeMs }) => notBeforeMs <= now);
    const anchors = eligible.filter(({ isAnchor }) => isAnchor);
    const from = anchors.length > 0 ? anchors : eligible;
    return from[this.#parts.random.integer(Math.max(1, from.length))];
  }

  /** Those that may be dialled, now or after a pause. */
  #eligible(): Candidate[] {
    const { target, perGroup, groups, hasRoom, isWanted } = this.#parts;
    const candidates = [...this.#candidates.values()];
    const dialling = candidates.filter(({ isDialling }) => isDialling);
    const used = [...groups(), ...dialling.map(({ group }) => group)];
    if (used.length >= target || !hasRoom()) return [];
    const isFull = (group: string | undefined) =>
      perGroup > 0 && group !== undefined &&
      used.filter((one) => one === group).length >= perGroup;
    return candidates.filter(({ id, group, isDialling }) =>
      !isDialling && isWanted(id) && !isFull(group)
    );
  }

  #fillLater(): void {
    const waiting = this.#eligible().map(({ notBeforeMs }) => notBeforeMs);
    if (waiting.length === 0) return;
    const waitMs = Math.min(...waiting) - this.#parts.clock.monotonic();
    this.#timer = this.#parts.clock.schedule(
      Math.max(LIMITS.fillMsMin, waitMs),
      () => this.fill(),
    );
  }

  async #dial(candidate: Candidate): Promise<void> {
    const { clock, dial, isFinal, onFailure } = this.#parts;
    const { id, addresses, backoff } = candidate;
    candidate.isDialling = true;
    candidate.dialledMs = clock.monotonic();
    try {
      await dial(id, addresses);
      candidate.answeredMs = clock.monotonic();
    } catch (error) {
      if (isFinal(error)) backoff.exhaust();
      onFailure(id, error);
    } finally {
      candidate.isDialling = false;
      candidate.notBeforeMs = clock.monotonic() + backoff.next();
      this.fill();
    }
  }
}
