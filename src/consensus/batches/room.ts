interface Waiting {
  bytes: number;
  go: () => void;
}

/** Bounds the bytes of what is under way at once; more waits for its turn. */
export class Room {
  readonly #bytesMax: number;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Does the work once there is room for so many bytes. What would never have room has it alone. Rejects with the signal's reason while it waits. */
  async hold<T>(
    bytes: number,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const held = Math.min(bytes, this.#bytesMax);
    await this.#enter(held, signal);
    try {
      return await work();
    } finally {
      this.#bytes -= held;
      this.#admit();
    }
  }

  #enter(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
        this.#admit();
      };
      const waiting = {
        bytes,
        go: () => {
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal.addEventListener("abort", abort);
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (let first; (first = this.#waiting[0]);) {
      if (this.#bytes + first.bytes > this.#bytesMax) return;
      this.#waiting.shift();
      this.#bytes += first.bytes;
      first.go();
    }
  }
}
