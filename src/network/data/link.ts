import { type Class, orderOf } from "../channels.ts";
import type { Duplex } from "../frames.ts";
import { LIMITS } from "../limits.ts";

/** What an authenticated connection hands over. */
export interface LinkHandlers {
  /** A stream of messages; when it rejects, the connection ends. */
  onMessages(chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** A question. */
  onRequest(stream: Duplex): Promise<void>;
}

/** One authenticated QUIC connection: a one-way stream for each class, and a stream for each question. */
export class Link {
  readonly direction: "in" | "out";
  readonly address: string;
  sentBytes = 0;
  receivedBytes = 0;
  readonly #connection: Deno.QuicConn;
  readonly #questions: ReadableStreamDefaultReader<
    Deno.QuicBidirectionalStream
  >;
  readonly #writers = new Map<
    Class,
    Promise<WritableStreamDefaultWriter<Uint8Array>>
  >();

  constructor(
    connection: Deno.QuicConn,
    questions: ReadableStreamDefaultReader<Deno.QuicBidirectionalStream>,
    direction: "in" | "out",
  ) {
    this.#connection = connection;
    this.#questions = questions;
    this.direction = direction;
    const { hostname, port } = connection.remoteAddr;
    this.address = `${hostname}:${port}`;
  }

  /** Resolves at the end of the connection. */
  async run(handlers: LinkHandlers): Promise<void> {
    try {
      await Promise.all([
        this.#connection.closed,
        this.#readMessages(handlers),
        this.#readQuestions(handlers),
      ]);
    } catch (thrown) {
      this.close(1, thrown instanceof Error ? thrown.message : "");
    }
  }

  async send(of: Class, frame: Uint8Array): Promise<void> {
    let opening = this.#writers.get(of);
    if (!opening) {
      opening = this.#open(of);
      this.#writers.set(of, opening);
    }
    await (await opening).write(frame);
    this.sentBytes += frame.length;
  }

  /** Streams with a higher order are sent first. */
  async openRequest(sendOrder: number): Promise<Duplex> {
    const stream = await this.#connection.createBidirectionalStream({
      sendOrder,
      waitUntilAvailable: true,
    });
    return this.#counted(stream);
  }

  close(closeCode: number, reason: string): void {
    try {
      this.#connection.close({ closeCode, reason: reason.slice(0, 100) });
    } catch {
      // It is closed already.
    }
  }

  async #open(of: Class) {
    const stream = await this.#connection.createUnidirectionalStream({
      sendOrder: orderOf(of),
      waitUntilAvailable: true,
    });
    return stream.getWriter();
  }

  async #readMessages(handlers: LinkHandlers): Promise<void> {
    const streams = this.#connection.incomingUnidirectionalStreams;
    for await (const stream of streams) {
      handlers.onMessages(this.#countedChunks(chunksOf(stream))).catch((
        thrown,
      ) => this.close(1, thrown instanceof Error ? thrown.message : ""));
    }
  }

  async #readQuestions(handlers: LinkHandlers): Promise<void> {
    while (true) {
      const { done, value } = await this.#questions.read();
      if (done) return;
      const stream = this.#counted(value);
      handlers.onRequest(stream).catch((thrown) => stream.abort(thrown));
    }
  }

  #counted(stream: Deno.QuicBidirectionalStream): Duplex {
    const { write, chunks, ...rest } = duplexOf(stream);
    return {
      ...rest,
      chunks: this.#countedChunks(chunks),
      write: (bytes) => {
        this.sentBytes += bytes.length;
        return write(bytes);
      },
    };
  }

  async *#countedChunks(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      this.receivedBytes += chunk.length;
      yield chunk;
    }
  }
}

/** What comes on a stream, all in one buffer: each chunk is gone when the next is asked for. */
async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(LIMITS.readBytesMax);
  try {
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) return;
      yield value;
      buffer = value.buffer;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** A QUIC stream in the form that both planes share. */
export function duplexOf(stream: Deno.QuicBidirectionalStream): Duplex {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // What breaks the stream is seen where it is read or written.
  writer.closed.catch(() => undefined);
  reader.closed.catch(() => undefined);
  async function* chunks() {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }
  return {
    chunks: chunks(),
    write: (bytes) => writer.write(bytes),
    end: () => writer.close(),
    order(sendOrder) {
      stream.writable.sendOrder = sendOrder;
    },
    abort(reason) {
      writer.abort(reason).catch(() => undefined);
      reader.cancel(reason).catch(() => undefined);
    },
  };
}
