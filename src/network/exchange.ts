import { ErrorCode, fault, isFault } from "../errors/mod.ts";
import {
  type Duplex,
  frame,
  FrameReader,
  namedFrame,
  splitNamed,
} from "./frames.ts";
import { concat } from "../bytes/mod.ts";
import { orderOfTopic } from "./channels.ts";
import { LIMITS } from "./limits.ts";

const ANSWERED = Uint8Array.of(0);
const REFUSED = Uint8Array.of(1);
const REASON_BYTES_MAX = 512;

/** Memory for questions and answers. */
export interface Budget {
  /** @throws RPC_BUSY */
  take(bytes: number): void;
  give(bytes: number): void;
}

/**
 * Puts one question on a fresh stream. Its end says that the answer was read,
 * since not every QUIC holds back a writer. Once the signal is aborted nothing
 * more is read. @throws PEER_REFUSED with the other side's reason.
 */
export async function ask(
  stream: Duplex,
  topic: string,
  body: Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const content = await asked(stream, namedFrame(topic, body), signal);
  const rest = content.subarray(1);
  if (content[0] === ANSWERED[0]) return rest.slice();
  const reason = new TextDecoder().decode(rest.subarray(0, REASON_BYTES_MAX));
  throw fault(ErrorCode.PEER_REFUSED, { topic, reason });
}

/** A stream that broke is given back: there are only so many. */
async function asked(
  stream: Duplex,
  question: Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const giveUp = () => stream.abort(signal!.reason);
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    // It may have been a long time until there was a stream.
    signal?.throwIfAborted();
    await stream.write(question);
    const reader = new FrameReader(stream.chunks);
    const content = await reader.next(LIMITS.answerBytesMax + ANSWERED.length);
    await stream.end();
    return content;
  } catch (thrown) {
    stream.abort(thrown instanceof Error ? thrown : new Error(String(thrown)));
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Reads the question on a stream that a peer opened, and answers it; refuses it where there is no memory for it. Resolves when the answer was read. */
export async function answer(
  stream: Duplex,
  budget: Budget,
  handler: (topic: string, body: Uint8Array) => Promise<Uint8Array>,
): Promise<void> {
  let held = 0;
  const hold = (bytes: number) => {
    budget.take(bytes);
    held += bytes;
  };
  try {
    const reader = new FrameReader(stream.chunks);
    const answering = async () => {
      // Before it comes: who writes slowly holds it all the while.
      const content = await reader.next(LIMITS.requestBytesMax, hold);
      const { name, body } = splitNamed(content);
      stream.order?.(orderOfTopic(name));
      const bytes = frame(await answered(() => handler(name, body.slice())));
      hold(bytes.length);
      return bytes;
    };
    const bytes = await answering().catch(async (thrown) => {
      if (!isBusy(thrown)) throw thrown;
      // The other side writes all of it before it reads.
      await reader.skip();
      return frame(refused(thrown));
    });
    await stream.write(bytes);
    await stream.end();
    await reader.end();
  } finally {
    budget.give(held);
  }
}

async function answered(
  handle: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  try {
    const bytes = await handle();
    if (bytes.length > LIMITS.answerBytesMax) throw new Error("too large");
    return concat(ANSWERED, bytes);
  } catch (thrown) {
    return refused(thrown);
  }
}

function refused(thrown: unknown): Uint8Array {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const bytes = new TextEncoder().encode(reason);
  return concat(REFUSED, bytes.subarray(0, REASON_BYTES_MAX));
}

function isBusy(thrown: unknown): boolean {
  return isFault(thrown, ErrorCode.RPC_BUSY);
}
