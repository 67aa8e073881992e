import { ErrorCode, fault } from "../../errors/mod.ts";
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
import type { Arrivals } from "../paths/arrivals.ts";
import { canonical, hostIn } from "../peers/groups.ts";
import { CREDIT, Grant, readCredit } from "./credit.ts";
import { Lane } from "./lane.ts";
import { MARK, readMark } from "./mark.ts";
import { Turns } from "./turns.ts";
import type { Window } from "./window.ts";

/** What an authenticated connection hands over. */
export interface LinkHandlers {
  /** Of what is sent; see {@linkcode markFrame}. */
  readonly session: string;
  /** How much of each class may be on its way. */
  readonly windows: readonly Window[];
  /** Whether there are others to the same peer: then it is told of each frame of bulk at once. */
  isOneOfSeveral(): boolean;
  /** Those numbers of a sender's session that came, over all connections. */
  arrivals(session: string, of: Class): Arrivals;
  /** Resolves when the next of its class may come; when it rejects, the connection ends. */
  onMessage(
    channel: string,
    body: Uint8Array,
    of: Class,
  ): Promise<void>;
  /** Something came that is no message, or a message once more. Resolves when the next may come. */
  onFrame(of: Class, bytes: number): Promise<void> | undefined;
  /** The other side has taken so many more frames of a class. */
  onTaken(of: Class, frames: number): void;
  /** There is room for more of a class. */
  onRoom(of: Class): void;
  /** The other side sent what no honest node sends; the connection ends. */
  onMalformed(): void;
  onRequest: OnRequest;
}

/** A question. */
type OnRequest = (stream: Duplex) => Promise<void>;

/**
 * One QUIC connection: a one-way stream for each class, and a stream for each
 * question. Until the other side has shown who it is, there are questions only.
 */
export class Link {
  readonly direction: "in" | "out";
  /** Of the other side, `host:port`. */
  readonly address: string;
  /** The same in its one form, without the port. */
  readonly host: string;
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
  readonly #lanes: readonly Lane[];
  /** How many frames of each class the other side has taken. */
  readonly #taken = CLASSES.map(() => 0);
  /** What was taken here, once it runs. */
  #grants: readonly Grant[] = [];
  #onRequest: OnRequest = () => Promise.resolve();
  #session = "";
  /** The other side's: one for each connection. */
  #otherSession: string | undefined;
  #onRoom: (of: Class) => void = () => {};
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
    this.host = canonical(hostIn(hostname));
    this.#lanes = CLASSES.map((of) => this.#lane(of));
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
    this.#session = handlers.session;
    this.#onRoom = handlers.onRoom;
    this.#grants = CLASSES.map((of) => new Grant(of, handlers.windows[of]!));
    try {
      await Promise.all([
        this.#connection.closed,
        this.#readStreams(handlers),
        this.#hearing,
      ]);
    } catch (thrown) {
      this.close(1, reasonOf(thrown));
    }
  }

  hasRoom(of: Class): boolean {
    return this.#lanes[of]!.hasRoom;
  }

  /** Sends a frame with its number, in the order in which it is called for the class. */
  put(of: Class, frame: Uint8Array, number: number): void {
    this.#lanes[of]!.put(frame, number);
  }

  /** Tells the other side of all that was taken. */
  tell(): void {
    for (const grant of this.#grants) this.#tell(grant);
  }

  /** What fits into a datagram outside of streams; 0: the two stacks have not agreed on any. */
  get datagramBytes(): number {
    return this.#connection.maxDatagramSize ?? 0;
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
    const classes = CLASSES.filter((of) => this.#lanes[of]!.isOpen)
      .map((of) => [CLASS_NAMES[of], 1]);
    return { ...Object.fromEntries(classes), request: this.#openRequests };
  }

  close(closeCode: number, reason: string): void {
    try {
      this.#connection.close({ closeCode, reason: reason.slice(0, 100) });
    } catch {
      // It is closed already.
    }
  }

  #lane(of: Class): Lane {
    return new Lane({
      of,
      session: () => this.#session,
      open: async () => {
        const stream = await this.#connection.createUnidirectionalStream({
          sendOrder: orderOf(of),
          waitUntilAvailable: true,
        });
        return stream.getWriter();
      },
      onWritten: (bytes) => {
        this.sentBytes += bytes;
        this.#onRoom(of);
      },
      onBroken: (thrown) => this.close(1, reasonOf(thrown)),
    });
  }

  /** Credits are as urgent as votes. Where they are not read, they wait for the next time. */
  #tell(grant: Grant): void {
    const lane = this.#lanes[0]!;
    const credit = lane.isFull ? undefined : grant.tell();
    if (credit) lane.say(credit);
  }

  async #readStreams(handlers: LinkHandlers): Promise<void> {
    const streams = this.#connection.incomingUnidirectionalStreams;
    const inOrder = CLASSES.map((): Expected => ({ number: 0 }));
    for await (const stream of streams) {
      this.#readMessages(stream, handlers, inOrder).catch((thrown) => {
        if (isMalformed(thrown)) handlers.onMalformed();
        this.close(1, reasonOf(thrown));
      });
    }
  }

  async #readMessages(
    stream: ReadableStream<Uint8Array>,
    handlers: LinkHandlers,
    inOrder: readonly Expected[],
  ): Promise<void> {
    const chunks = this.#countedChunks(chunksOf(stream));
    for await (const content of readFrames(chunks, LIMITS.messageBytesMax)) {
      const { name, body } = splitNamed(content);
      if (name === CREDIT || name === MARK) {
        if (name === CREDIT) this.#onCredit(body, handlers);
        else this.#onMark(body, handlers, inOrder);
        await handlers.onFrame(0, body.length);
        continue;
      }
      const of = classOf(name);
      const expected = inOrder[of]!;
      const number = expected.number++;
      // Whoever gives its frames no numbers sends no copies.
      if (expected.arrivals?.isNew(number) ?? true) {
        await handlers.onMessage(name, body, of);
      } else await handlers.onFrame(of, body.length);
      const grant = this.#grants[of]!;
      const isWorth = grant.took(HEAD_BYTES + content.length);
      const isAwaited = of === 2 && handlers.isOneOfSeveral();
      if (isWorth || isAwaited) this.#tell(grant);
    }
  }

  #onMark(
    body: Uint8Array,
    { arrivals }: LinkHandlers,
    inOrder: readonly Expected[],
  ): void {
    const { of, session, number } = readMark(body);
    this.#otherSession ??= session;
    if (session !== this.#otherSession) {
      throw fault(ErrorCode.MESSAGE_MALFORMED, "another session");
    }
    inOrder[of]!.arrivals = arrivals(session, of);
    inOrder[of]!.number = number;
  }

  #onCredit(body: Uint8Array, { onTaken, onRoom }: LinkHandlers): void {
    const { of, frames, limit } = readCredit(body);
    const more = frames - this.#taken[of]!;
    this.#taken[of] = frames;
    this.#lanes[of]!.extend(limit);
    if (more > 0) onTaken(of, more);
    onRoom(of);
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

/** What comes next of a class. */
interface Expected {
  number: number;
  /** Unknown as long as the other side gives its frames no numbers. */
  arrivals?: Arrivals;
}

const reasonOf = (thrown: unknown) =>
  thrown instanceof Error ? thrown.message : "";

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
