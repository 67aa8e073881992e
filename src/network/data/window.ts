import type { Clock } from "../../platform/mod.ts";

export interface WindowParts {
  clock: Clock;
  /** Of the path to the peer, as last measured. */
  rttMs(): number;
  leastBytes: number;
  mostBytes(): number;
}

/** Shorter looks than this say little. */
const LOOK_MS_MIN = 50;
/** What is left of a window that is too large, after each look. */
const SHRINK = 7 / 8;
const GROWTH = 2;

/**
 * How much of one class a peer may have on its way to this node: twice the
 * bandwidth-delay product, as measured where the node takes it. It doubles at
 * most in one look and shrinks slowly, so that a pause does not close it.
 */
export class Window {
  readonly #parts: WindowParts;
  #bytes: number;
  #takenBytes = 0;
  #sinceMs: number;

  constructor(parts: WindowParts) {
    this.#parts = parts;
    this.#bytes = parts.leastBytes;
    this.#sinceMs = parts.clock.monotonic();
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** So many more are in the node's hands. */
  took(bytes: number): void {
    const { clock, rttMs } = this.#parts;
    this.#takenBytes += bytes;
    const now = clock.monotonic();
    const rtt = rttMs();
    const look = Math.max(rtt, LOOK_MS_MIN);
    const elapsed = now - this.#sinceMs;
    if (elapsed < look) return;
    this.#resize(2 * this.#takenBytes * rtt / elapsed, elapsed / look);
    this.#takenBytes = 0;
    this.#sinceMs = now;
  }

  #resize(wanted: number, looks: number): void {
    const { leastBytes, mostBytes } = this.#parts;
    const next = wanted > this.#bytes
      ? Math.min(wanted, this.#bytes * GROWTH)
      : Math.max(wanted, this.#bytes * SHRINK ** looks);
    const most = Math.max(leastBytes, mostBytes());
    this.#bytes = Math.round(Math.min(most, Math.max(leastBytes, next)));
  }
}
