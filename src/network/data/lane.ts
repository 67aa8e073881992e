import { join } from "../../bytes/mod.ts";
import type { Class } from "../channels.ts";
import { LIMITS } from "../limits.ts";
import { markFrame } from "./mark.ts";

export interface LaneParts {
  of: Class;
  /** See {@linkcode markFrame}. */
  session(): string;
  /** Opens the stream. */
  open(): Promise<WritableStreamDefaultWriter<Uint8Array>>;
  /** So many bytes have left; there is room for more. */
  onWritten(bytes: number): void;
  /** The stream is at its end. */
  onBroken(thrown: unknown): void;
}

/** What is sent of one class on one connection: in order, up to the byte that the receiver named last. */
export class Lane {
  readonly #parts: LaneParts;
  #writer: Promise<WritableStreamDefaultWriter<Uint8Array>> | undefined;
  #isWriting = false;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Of frames of the class; it counts against the limit. */
  #sentBytes = 0;
  #limit: number;
  /** The number that the receiver expects. */
  #next: number | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#limit = LIMITS.windowBytesMin[parts.of];
  }

  get isOpen(): boolean {
    return this.#writer !== undefined;
  }

  /** A frame that is begun may be ended. */
  get hasRoom(): boolean {
    return this.#sentBytes < this.#limit && !this.isFull;
  }

  /** Enough waits to be written. */
  get isFull(): boolean {
    return this.#pendingBytes >= LIMITS.writeBytesMax;
  }

  /** Never takes back what was granted. */
  extend(limit: number): void {
    this.#limit = Math.max(this.#limit, limit);
  }

  put(frame: Uint8Array, number: number): void {
    if (number !== this.#next) this.#mark(number);
    this.#next = number + 1;
    this.#sentBytes += frame.length;
    this.say(frame);
  }

  /** Sends what does not count as a frame of the class. */
  say(frame: Uint8Array): void {
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (!this.#isWriting) this.#write();
  }

  #mark(number: number): void {
    const { of, session } = this.#parts;
    this.say(markFrame({ of, session: session(), number }));
  }

  /** What is put while the stream is opened, or written to, goes along. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      this.#writer ??= this.#parts.open();
      const writer = await this.#writer;
      while (this.#pending.length > 0) {
        const frames = this.#pending.splice(0);
        this.#pendingBytes = 0;
        const bytes = frames.length === 1 ? frames[0]! : join(frames);
        await writer.write(bytes);
        this.#parts.onWritten(bytes.length);
      }
    } catch (thrown) {
      this.#parts.onBroken(thrown);
    } finally {
      this.#isWriting = false;
    }
  }
}
