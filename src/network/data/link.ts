import {
  type Class,
  CLASS_NAMES,
  CLASSES,
  classOf,
  orderOf,
} from "../channels.ts";
import {
  type Duplex,
  HEAD_BYTES,
  isMalformed,
  readFrames,
  splitNamed,
} from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { Allowance, CREDIT, Grant, readCredit } from "./credit.ts";
import { Turns } from "./turns.ts";
import type { Window } from "./window.ts";

/** What an authenticated connection hands over. */
export interface LinkHandlers {
  /** How much of each class may be on its way. */
  readonly windows: readonly Window[];
  /** Resolves when the next of its class may come; when it rejects, the connection ends. */
  onMessage(
    channel: string,
    body: Uint8Array,
    of: Class,
  ): Promise<void>;
  /** The other side sent what no honest node sends; the connection ends. */
  onMalformed(): void;
  onRequest: OnRequest;
}

/** A question. */
type OnRequest = (stream: Duplex) => Promise<void>;
type Writer = WritableStreamDefaultWriter<Uint8Array>;

/**
 * One QUIC connection: a one-way stream for each class, and a stream for each
 * question. Until the other side has shown who it is, there are questions only.
 */
export class Link {
  readonly direction: "in" | "out";
  readonly address: string;
  sentBytes = 0;
  receivedBytes = 0;
  readonly answers = new Turns(
    LIMITS.answersSendingBytesMax,
    LIMITS.smallAnswerBytesMax,
  );
  #openRequests = 0;
  readonly #connection: Deno.QuicConn;
  readonly #questions: ReadableStreamDefaultReader<
    Deno.QuicBidirectionalStream
  >;
  readonly #writers = new Map<Class, Promise<Writer>>();
  readonly #allowances = CLASSES.map((of) => new Allowance(of));
  #onRequest: OnRequest = () => Promise.resolve();
  #hearing: Promise<void> | undefined;

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

  /** Takes questions from now on, and nothing else yet. */
  hear(onRequest: OnRequest): void {
    this.#onRequest = onRequest;
    this.#hearing ??= this.#readQuestions().finally(() => this.answers.close());
    // Whoever runs it sees how it ended.
    this.#hearing.catch(() => undefined);
  }

  /** Resolves at the end of the connection. */
  async run(handlers: LinkHandlers): Promise<void> {
    this.hear(handlers.onRequest);
    try {
      await Promise.all([
        this.#connection.closed,
        this.#readStreams(handlers),
        this.#hearing,
      ]);
    } catch (thrown) {
      this.close(1, thrown instanceof Error ? thrown.message : "");
    } finally {
      for (const allowance of this.#allowances) allowance.close();
    }
  }

  /** Waits until the other side takes it. For one caller for each class. */
  async send(of: Class, frames: Uint8Array): Promise<void> {
    await this.#allowances[of]!.spend(frames.length);
    await this.#write(of, frames);
  }

  /** Streams with a higher order are sent first. */
  async openRequest(sendOrder: number): Promise<Duplex> {
    const stream = await this.#connection.createBidirectionalStream({
      sendOrder,
      waitUntilAvailable: true,
    });
    return this.#counted(stream);
  }

  /** Open streams by the class that this side sends on them; questions of both sides. */
  streams(): Record<string, number> {
    const classes = [...this.#writers.keys()].map((of) => [CLASS_NAMES[of], 1]);
    return { ...Object.fromEntries(classes), request: this.#openRequests };
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

  async #write(of: Class, frames: Uint8Array): Promise<void> {
    let opening = this.#writers.get(of);
    if (!opening) {
      opening = this.#open(of);
      this.#writers.set(of, opening);
    }
    await (await opening).write(frames);
    this.sentBytes += frames.length;
  }

  async #readStreams(handlers: LinkHandlers): Promise<void> {
    const streams = this.#connection.incomingUnidirectionalStreams;
    const grants = CLASSES.map((of) => new Grant(of, handlers.windows[of]!));
    for await (const stream of streams) {
      this.#readMessages(stream, handlers, grants).catch((thrown) => {
        if (isMalformed(thrown)) handlers.onMalformed();
        this.close(1, thrown instanceof Error ? thrown.message : "");
      });
    }
  }

  async #readMessages(
    stream: ReadableStream<Uint8Array>,
    { onMessage }: LinkHandlers,
    grants: readonly Grant[],
  ): Promise<void> {
    const chunks = this.#countedChunks(chunksOf(stream));
    for await (const content of readFrames(chunks, LIMITS.messageBytesMax)) {
      const { name, body } = splitNamed(content);
      if (name === CREDIT) {
        const { of, limit } = readCredit(body);
        this.#allowances[of]!.extend(limit);
        continue;
      }
      const of = classOf(name);
      await onMessage(name, body, of);
      const credit = grants[of]!.took(HEAD_BYTES + content.length);
      // Where it cannot be written, the connection is at its end.
      if (credit) this.#write(0, credit).catch(() => undefined);
    }
  }

  async #readQuestions(): Promise<void> {
    while (true) {
      const { done, value } = await this.#questions.read();
      if (done) return;
      const stream = this.#counted(value);
      this.#onRequest(stream).catch((thrown) => stream.abort(thrown));
    }
  }

  #counted(stream: Deno.QuicBidirectionalStream): Duplex {
    const plain = duplexOf(stream);
    let open = 1;
    const leave = () => {
      this.#openRequests -= open;
      open = 0;
    };
    this.#openRequests += open;
    return {
      ...plain,
      end: () => plain.end().finally(leave),
      abort(reason) {
        leave();
        plain.abort(reason);
      },
      chunks: this.#countedChunks(plain.chunks),
      write: (bytes) => {
        this.sentBytes += bytes.length;
        return plain.write(bytes);
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
