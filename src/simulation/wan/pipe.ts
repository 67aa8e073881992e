/** 0 goes first: votes and proposals; then announcements; then bulk. */
export type Urgency = 0 | 1 | 2;

/** Something that passes so many bytes a millisecond, what is urgent before what is not. */
export class Pipe {
  readonly #bytesPerMs: number;
  /** From when on there is room for what is as urgent. */
  readonly #freeMs: [number, number, number] = [0, 0, 0];

  constructor(bytesPerMs: number) {
    this.#bytesPerMs = bytesPerMs;
  }

  /** When the first and the last byte pass of what comes at `atMs`, not before what came earlier. It waits for what is as urgent or more, and the rest for it. */
  take(
    of: Urgency,
    atMs: number,
    bytes: number,
  ): [fromMs: number, toMs: number] {
    const ms = bytes / this.#bytesPerMs;
    const fromMs = Math.max(atMs, this.#freeMs[of]);
    for (const later of [0, 1, 2] as const) {
      if (later < of) continue;
      this.#freeMs[later] = Math.max(this.#freeMs[later], atMs) + ms;
    }
    return [fromMs, fromMs + ms];
  }
}
