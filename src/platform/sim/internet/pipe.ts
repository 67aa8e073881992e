/** What is written and not read yet, beyond which a writer waits. */
const WINDOW_BYTES = 1_250_000;

/** Brings something to the other side of a connection, in order. */
export interface Wire {
  /** From writer to reader. */
  forward(arrive: () => void): void;
  /** From reader to writer. */
  back(arrive: () => void): void;
}

/** Each is called once. */
export interface PipeHooks {
  /** All of it has come, or will never come. */
  onCome(): void;
  /** The reader needs nothing more of it. */
  onRead(): void;
  /** The writer has no more for it. */
  onWritten(): void;
}

/** One direction of a stream: bytes in order, so many on their way as its window holds. */
export class Pipe {
  readonly #wire: Wire;
  readonly #chunks: Uint8Array[] = [];
  #unreadBytes = 0;
  #isEnding = false;
  #hasEnded = false;
  #isFull = false;
  #writerError: Error | undefined;
  #readerError: Error | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];
  #onCome: (() => void) | undefined;
  #onRead: (() => void) | undefined;
  #onWritten: (() => void) | undefined;

  constructor(wire: Wire, hooks: PipeHooks) {
    this.#wire = wire;
    this.#onCome = hooks.onCome;
    this.#onRead = hooks.onRead;
    this.#onWritten = hooks.onWritten;
  }

  /** Whether more may be written at once. */
  get hasRoom(): boolean {
    return this.#unreadBytes < WINDOW_BYTES;
  }

  /** Resolves when more may be written. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#writerError) throw this.#writerError;
    if (this.#isEnding) throw new Error("the stream has ended");
    this.#unreadBytes += bytes.length;
    this.#wire.forward(() => {
      if (this.#readerError) return;
      this.#chunks.push(bytes);
      this.#wakeReader?.();
    });
    await this.room();
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.#writerError) {
      this.#isFull = true;
      await new Promise<void>((wake) => this.#wakeWriters.push(wake));
    }
    if (this.#writerError) throw this.#writerError;
  }

  /** Nothing more is written. */
  end(): void {
    if (this.#isEnding || this.#writerError) return;
    this.#isEnding = true;
    this.#wire.forward(() => {
      this.#hasEnded = true;
      this.#came();
      this.#wakeReader?.();
    });
    this.#written();
  }

  /** Undefined at the end. For one reader. */
  async read(): Promise<Uint8Array | undefined> {
    while (true) {
      if (this.#readerError) throw this.#readerError;
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#took(chunk.length);
        return chunk;
      }
      if (this.#hasEnded) {
        this.#read();
        return undefined;
      }
      await new Promise<void>((wake) => this.#wakeReader = wake);
      this.#wakeReader = undefined;
    }
  }

  /** The writer gives up; so does the reader when it hears of it. */
  reset(error: Error): void {
    if (this.#writerError || this.#isEnding) return;
    this.failWriter(error);
    this.#wire.forward(() => this.failReader(error));
  }

  /** The reader wants no more. */
  stop(error: Error): void {
    if (this.#readerError) return;
    this.failReader(error);
    this.#wire.back(() => this.failWriter(error));
  }

  failWriter(error: Error): void {
    this.#writerError ??= error;
    for (const wake of this.#wakeWriters.splice(0)) wake();
    this.#written();
  }

  failReader(error: Error): void {
    this.#readerError ??= error;
    this.#chunks.length = 0;
    this.#wakeReader?.();
    this.#came();
    this.#read();
  }

  #took(bytes: number): void {
    const isWoken = this.#isFull;
    this.#isFull = false;
    if (!isWoken) {
      this.#unreadBytes -= bytes;
      return;
    }
    this.#wire.back(() => {
      this.#unreadBytes -= bytes;
      for (const wake of this.#wakeWriters.splice(0)) wake();
    });
  }

  #came(): void {
    const onCome = this.#onCome;
    this.#onCome = undefined;
    onCome?.();
  }

  #read(): void {
    const onRead = this.#onRead;
    this.#onRead = undefined;
    onRead?.();
  }

  #written(): void {
    const onWritten = this.#onWritten;
    this.#onWritten = undefined;
    onWritten?.();
  }
}
