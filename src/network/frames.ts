import { ErrorCode, fault, isFault } from "../errors/mod.ts";
import { ByteQueue } from "./byte_queue.ts";
import { isName } from "./channels.ts";

/** A stream in both directions, of either plane. */
export interface Duplex {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Resolves when more may be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** What has a higher order is sent first, where the plane has that. */
  order?(sendOrder: number): void;
  /** Nothing more is written. */
  end(): Promise<void>;
  /** Ends both directions at once. */
  abort(reason: Error): void;
}

/** Of the length in front of each frame. */
export const HEAD_BYTES = 4;
const ENDED = "the stream ended within a frame";

/** Whether somebody sent what no honest node sends. A stream that ended early is no such thing: whoever sent it may have crashed. */
export function isMalformed(thrown: unknown): boolean {
  return isFault(thrown, ErrorCode.MESSAGE_MALFORMED) &&
    thrown.detail !== ENDED;
}

/** `length (u32, little endian) | content`. */
export function frame(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + content.length);
  new DataView(bytes.buffer).setUint32(0, content.length, true);
  bytes.set(content, HEAD_BYTES);
  return bytes;
}

/**
 * The contents of the frames in a stream, in buffers of their own: a chunk is
 * done with when the next is asked for. A longer frame than `bytesMax` ends it
 * with MESSAGE_MALFORMED before it is read.
 */
export async function* readFrames(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const cutter = new FrameCutter(bytesMax);
  for await (const chunk of chunks) yield* cutter.add(chunk);
  if (cutter.isWithin) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, ENDED);
  }
}

/** Cuts frames out of chunks; keeps no chunk. */
class FrameCutter {
  readonly #bytesMax: number;
  readonly #head = new Uint8Array(HEAD_BYTES);
  /** Of the head or, once that is whole, of the frame: so much is there. */
  #filled = 0;
  #frame: Uint8Array<ArrayBuffer> | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isWithin(): boolean {
    return this.#frame !== undefined || this.#filled > 0;
  }

  /** The frames that the chunk completes. @throws MESSAGE_MALFORMED */
  add(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    const frames: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < chunk.length || this.#isWhole();) {
      const part = this.#frame ?? this.#head;
      const count = Math.min(part.length - this.#filled, chunk.length - at);
      part.set(chunk.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < part.length) break;
      this.#filled = 0;
      if (this.#frame) frames.push(this.#frame);
      this.#frame = this.#frame ? undefined : this.#begin();
    }
    return frames;
  }

  /** An empty frame ends with its head. */
  #isWhole(): boolean {
    return this.#frame?.length === this.#filled;
  }

  #begin(): Uint8Array<ArrayBuffer> {
    const length = new DataView(this.#head.buffer).getUint32(0, true);
    if (length > this.#bytesMax) {
      throw fault(ErrorCode.MESSAGE_MALFORMED, { frameBytes: length });
    }
    return new Uint8Array(length);
  }
}

/** Reads frames one by one where each has a bound of its own. */
export class FrameReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #queue = new ByteQueue();
  /** Of the present frame. */
  #unreadBytes = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** `onLength` hears of its length before it comes. @throws MESSAGE_MALFORMED when it is longer than `bytesMax` or the stream ends. */
  async next(
    bytesMax: number,
    onLength: (bytes: number) => void = () => {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const head = await this.#take(HEAD_BYTES);
    const length = new DataView(head.buffer).getUint32(0, true);
    if (length > bytesMax) {
      throw fault(ErrorCode.MESSAGE_MALFORMED, { frameBytes: length });
    }
    this.#unreadBytes = length;
    onLength(length);
    const content = await this.#take(length);
    this.#unreadBytes = 0;
    return content;
  }

  /** Passes over a frame whose length somebody did not like, and keeps none of it. @throws MESSAGE_MALFORMED when the stream ends. */
  async skip(): Promise<void> {
    while (this.#unreadBytes > 0) {
      if (this.#queue.length === 0) await this.#read();
      const count = Math.min(this.#unreadBytes, this.#queue.length);
      this.#queue.take(count);
      this.#unreadBytes -= count;
    }
  }

  /** Resolves at the end of the stream. @throws MESSAGE_MALFORMED when something comes before it. */
  async end(): Promise<void> {
    const { done } = await this.#iterator.next();
    if (done && this.#queue.length === 0) return;
    throw fault(ErrorCode.MESSAGE_MALFORMED, "more than one question");
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#queue.length < count) await this.#read();
    return this.#queue.take(count);
  }

  async #read(): Promise<void> {
    const { done, value } = await this.#iterator.next();
    if (done) throw fault(ErrorCode.MESSAGE_MALFORMED, ENDED);
    this.#queue.push(value);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** A frame with a name: `length | name's length (u8) | name | body`. */
export function namedFrame(
  name: string,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const nameBytes = encoder.encode(name);
  const start = HEAD_BYTES + 1 + nameBytes.length;
  const bytes = new Uint8Array(start + body.length);
  const length = bytes.length - HEAD_BYTES;
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes[HEAD_BYTES] = nameBytes.length;
  bytes.set(nameBytes, HEAD_BYTES + 1);
  bytes.set(body, start);
  return bytes;
}

/** What a frame holds. */
export function contentOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(HEAD_BYTES);
}

/** Name and body in the content of a frame. @throws MESSAGE_MALFORMED */
export function splitNamed(
  content: Uint8Array,
): { name: string; body: Uint8Array } {
  const start = 1 + (content[0] ?? 0);
  const name = decoder.decode(content.subarray(1, start));
  if (start > content.length || !isName(name)) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "a frame without a name");
  }
  return { name, body: content.subarray(start) };
}
