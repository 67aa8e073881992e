/** What a path is taken to carry until that was measured, in bytes a millisecond. */
const FIRST_RATE = 1_000;
/** A round trip that is taken for an unknown one. */
const FIRST_RTT_MS = 100;
/** Of each new round trip so much goes into the smoothed one (RFC 9002, 5.3). */
const RTT_SHARE = 1 / 8;
/** The rate is the best of so many samples. */
const SAMPLES_MAX = 16;

/** How good a path is: its round trip, what it carries, and what is on its way. */
export class PathHealth {
  /** Whether the last ping has waited too long for its answer. */
  isLate = false;
  #rttMs: number | undefined;
  readonly #rates: number[] = [];

  /** Smoothed; a guess until it was measured. */
  get rttMs(): number {
    return this.#rttMs ?? FIRST_RTT_MS;
  }

  /** Whether it was measured what the path carries. */
  get isMeasured(): boolean {
    return this.#rates.length > 0;
  }

  /** Bytes a millisecond; a guess until it was measured. */
  get rate(): number {
    return this.isMeasured ? Math.max(...this.#rates) : FIRST_RATE;
  }

  measure(rttMs: number): void {
    const before = this.#rttMs ?? rttMs;
    this.#rttMs = before + (rttMs - before) * RTT_SHARE;
  }

  /**
   * So many bytes arrived within a time, and there was always something on its
   * way, now `bytesOnTheWay`. With less than the path holds the sender was
   * slower than the path, which says nothing unless it was faster than thought.
   */
  deliver(bytes: number, overMs: number, bytesOnTheWay: number): void {
    if (overMs <= 0) return;
    const rate = bytes / overMs;
    const holds = this.rate * this.rttMs;
    const isSlower = rate < this.rate && bytesOnTheWay < holds;
    if (this.isMeasured && isSlower) return;
    this.#rates.push(rate);
    if (this.#rates.length > SAMPLES_MAX) this.#rates.shift();
  }

  /** When so many bytes would have arrived, from now, behind those on their way. */
  arrivalMs(bytes: number, bytesOnTheWay: number): number {
    return this.rttMs / 2 + (bytesOnTheWay + bytes) / this.rate;
  }
}
