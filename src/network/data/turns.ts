/**
 * Bytes of answers that one connection sends at a time. QUIC buffers so much for
 * a connection and no more: were that full of answers, a vote would wait for
 * room, whatever its order.
 */
export class Turns {
  #leftBytes: number;
  readonly #smallBytesMax: number;
  readonly #waiting: { bytes: number; go: () => void }[] = [];

  /** What has at most `smallBytesMax` never waits. */
  constructor(bytes: number, smallBytesMax: number) {
    this.#leftBytes = bytes;
    this.#smallBytesMax = smallBytesMax;
  }

  /** For one answer, that may be given up before its turn has come. */
  turn(): Turn {
    return new Turn(this);
  }

  /** Resolves when it is the turn of so many bytes; gives how to end it. One is let through however large it is. */
  async take(bytes: number): Promise<() => void> {
    if (bytes <= this.#smallBytesMax) return () => {};
    if (this.#leftBytes <= 0 || this.#waiting.length > 0) {
      await new Promise<void>((go) => this.#waiting.push({ bytes, go }));
    } else this.#leftBytes -= bytes;
    return () => this.#give(bytes);
  }

  /** Whoever waits finds the connection ended. */
  close(): void {
    this.#give(Infinity);
  }

  #give(bytes: number): void {
    this.#leftBytes += bytes;
    while (this.#leftBytes > 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#leftBytes -= next.bytes;
      next.go();
    }
  }
}

/** That of one answer. */
export class Turn {
  readonly #turns: Turns;
  #give = () => {};
  #isOver = false;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Resolves when it has come. */
  async come(bytes: number): Promise<void> {
    const give = await this.#turns.take(bytes);
    if (this.#isOver) give();
    else this.#give = give;
  }

  /** What has not come yet is given back when it does. To be called once. */
  end(): void {
    this.#isOver = true;
    this.#give();
  }
}
