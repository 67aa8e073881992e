/** Large things are cut into pieces of about this size. */
export const PIECE_BYTES = 128 * 1024;

/** Asked for at once from a peer of whom nothing is known, and from any peer at most. */
const FIRST_BYTES = 2 * PIECE_BYTES;
const WINDOW_BYTES_MAX = 16 * PIECE_BYTES;
/** Until something is measured. */
const FIRST_LATENCY_MS = 100;
const FIRST_BYTES_PER_MS = 1_000;
const FIRST_LATE_MS = 1_000;
/** What was measured last counts. */
const SAMPLES = 16;
/** What has to come between a question and its answer for its rate to mean anything. */
const RATED_BYTES_MIN = PIECE_BYTES / 2;
/** An answer is late after twice the time that it should take, and this. */
const SLACK_MS = 250;
const LATE_MS_MAX = 4_000;
/** How much more patience a peer gets whose answers came late, but came. */
const PATIENCE_MAX = 8;
const PATIENCE_LOST = 0.25;
/** A peer that did not answer is left alone for so long, doubling each time; one that lied, for the longest. */
const AWAY_MS_MIN = 1_000;
const AWAY_MS_MAX = 16_000;

/** A question that was sent, and what had come before it. */
export interface Ticket {
  bytes: number;
  sentMs: number;
  deliveredBytes: number;
  deliveredMs: number;
  /** Whether the peer had as much to do as it may have. */
  isFull: boolean;
}

/**
 * The way to one peer as its answers show it. Rate and latency are taken as in
 * BBR: the best of the last samples, a rate being what came between a question
 * and its answer. Twice their product, and one piece, is what is asked for at
 * once, so that a rate that could be higher shows.
 */
export class Line {
  readonly #rates: number[] = [];
  readonly #latencies: number[] = [];
  #inFlightBytes = 0;
  #deliveredBytes = 0;
  #deliveredMs = 0;
  #patience = 1;
  #isStalled = false;
  #awayMs = AWAY_MS_MIN;
  #awayUntilMs = -Infinity;

  /** Whether nothing was asked that is not answered. */
  get isIdle(): boolean {
    return this.#inFlightBytes === 0;
  }

  /** The best of the last times that an answer took; undefined before the first. */
  get latencyMs(): number | undefined {
    return this.#latencies.length > 0
      ? Math.min(...this.#latencies)
      : undefined;
  }

  /** The best of the last rates; undefined before the first. */
  get bytesPerMs(): number | undefined {
    return this.#rates.length > 0 ? Math.max(...this.#rates) : undefined;
  }

  /** How much may be asked for at once. */
  get windowBytes(): number {
    const { bytesPerMs, latencyMs } = this;
    if (bytesPerMs === undefined || latencyMs === undefined) return FIRST_BYTES;
    const product = bytesPerMs * latencyMs;
    return Math.min(WINDOW_BYTES_MAX, PIECE_BYTES + 2 * product);
  }

  /** Whether somebody else should be asked: it owes an answer, did not give one lately, or lied. */
  isAway(nowMs: number): boolean {
    return this.#isStalled || nowMs < this.#awayUntilMs;
  }

  hasRoom(bytes: number): boolean {
    return this.isIdle || this.#inFlightBytes + bytes <= this.windowBytes;
  }

  /** When an answer of so many bytes would have come, if it were asked for now. */
  expectedMs(bytes: number): number {
    const latencyMs = this.latencyMs ?? FIRST_LATENCY_MS;
    const bytesPerMs = this.bytesPerMs ?? FIRST_BYTES_PER_MS;
    return latencyMs + (this.#inFlightBytes + bytes) / bytesPerMs;
  }

  /** After how long that answer is late. */
  lateMs(bytes: number): number {
    const usualMs = this.bytesPerMs === undefined
      ? FIRST_LATE_MS
      : 2 * this.expectedMs(bytes) + SLACK_MS;
    return Math.min(LATE_MS_MAX, this.#patience * usualMs);
  }

  /** So many bytes are asked for. */
  ask(bytes: number, nowMs: number): Ticket {
    if (this.isIdle) this.#deliveredMs = nowMs;
    this.#inFlightBytes += bytes;
    return {
      ...{ bytes, sentMs: nowMs },
      deliveredBytes: this.#deliveredBytes,
      deliveredMs: this.#deliveredMs,
      isFull: this.#inFlightBytes + PIECE_BYTES > this.windowBytes,
    };
  }

  /** An answer came, of so many bytes. */
  answered(ticket: Ticket, bytes: number, nowMs: number): void {
    this.#inFlightBytes -= ticket.bytes;
    this.#deliveredBytes += bytes;
    this.#deliveredMs = nowMs;
    this.#note(this.#latencies, Math.max(1, nowMs - ticket.sentMs));
    this.#measure(ticket, nowMs);
    this.#patience = this.#isStalled
      ? Math.min(PATIENCE_MAX, 2 * this.#patience)
      : Math.max(1, this.#patience - PATIENCE_LOST);
    this.#isStalled = false;
    this.#awayMs = AWAY_MS_MIN;
  }

  /** The peer said that it has none. */
  refused(ticket: Ticket): void {
    this.#inFlightBytes -= ticket.bytes;
    this.#isStalled = false;
  }

  /** An answer is late. */
  stall(): void {
    this.#isStalled = true;
  }

  /** No answer came. */
  failed(ticket: Ticket, nowMs: number): void {
    this.#inFlightBytes -= ticket.bytes;
    this.#isStalled = false;
    // It has to show anew what it can do.
    this.#rates.length = 0;
    this.#latencies.length = 0;
    // Those that were asked for together count once.
    if (nowMs < this.#awayUntilMs) return;
    this.#awayUntilMs = nowMs + this.#awayMs;
    this.#awayMs = Math.min(AWAY_MS_MAX, 2 * this.#awayMs);
  }

  /** What came was a lie. */
  lied(nowMs: number): void {
    this.#awayUntilMs = nowMs + AWAY_MS_MAX;
  }

  /** Small answers, and a peer that is not kept busy, show less than could be. */
  #measure(ticket: Ticket, nowMs: number): void {
    const bytes = this.#deliveredBytes - ticket.deliveredBytes;
    if (bytes < RATED_BYTES_MIN) return;
    const rate = bytes / Math.max(1, nowMs - ticket.deliveredMs);
    if (!ticket.isFull && rate < (this.bytesPerMs ?? 0)) return;
    this.#note(this.#rates, Math.max(1, rate));
  }

  #note(samples: number[], sample: number): void {
    samples.push(sample);
    if (samples.length > SAMPLES) samples.shift();
  }
}
