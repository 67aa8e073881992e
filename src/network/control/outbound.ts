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
  groups(): (string | undefined)[];
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
    const { target, groups, hasRoom, isWanted, clock } = this.#parts;
    const candidates = [...this.#candidates.values()];
    const used = groups().concat(
      candidates.filter(({ isDialling }) => isDialling)
        .map(({ group }) => group),
    );
    if (used.length >= target || !hasRoom()) return;
    const counts = new Map<string | undefined, number>();
    for (const group of used) counts.set(group, (counts.get(group) ?? 0) + 1);
    const now = clock.monotonic();
    const free = candidates.filter(({ id, isDialling }) =>
      !isDialling && isWanted(id)
    );
    const ready = free.filter(({ notBeforeMs }) => notBeforeMs <= now);
    let left = target - used.length;
    for (const one of this.#inOrder(ready)) {
      if (left === 0) return;
      if (this.#isFull(one, counts)) continue;
      counts.set(one.group, (counts.get(one.group) ?? 0) + 1);
      left--;
      this.#dial(one);
    }
    if (left > 0) this.#fillLater(free, counts);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Anchors first, each part in an order by chance. */
  *#inOrder(ready: readonly Candidate[]): Generator<Candidate> {
    for (const isAnchor of [true, false]) {
      const some = ready.filter((one) => one.isAnchor === isAnchor);
      while (some.length > 0) {
        const at = this.#parts.random.integer(some.length);
        const [chosen, last] = [some[at]!, some.pop()!];
        if (at < some.length) some[at] = last;
        yield chosen;
      }
    }
  }

  #isFull(
    { group }: Candidate,
    counts: ReadonlyMap<string | undefined, number>,
  ): boolean {
    const { perGroup } = this.#parts;
    return perGroup > 0 && group !== undefined &&
      (counts.get(group) ?? 0) >= perGroup;
  }

  /** When the first of those that wait may be dialled. */
  #fillLater(
    free: readonly Candidate[],
    counts: ReadonlyMap<string | undefined, number>,
  ): void {
    const now = this.#parts.clock.monotonic();
    let firstMs = Infinity;
    for (const one of free) {
      if (one.isDialling || this.#isFull(one, counts)) continue;
      firstMs = Math.min(firstMs, one.notBeforeMs);
    }
    if (firstMs === Infinity) return;
    const waitMs = Math.max(LIMITS.fillMsMin, firstMs - now);
    this.#timer = this.#parts.clock.schedule(waitMs, () => this.fill());
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
