import { ErrorCode, fault } from "../errors/mod.ts";
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

/** Answers that have been written and not yet been read by those who asked, in bytes. */
export class AnswerBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @throws RPC_BUSY */
  take(bytes: number): void {
    if (bytes > this.#left) throw fault(ErrorCode.RPC_BUSY, { bytes });
    this.#left -= bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/**
 * Puts one question on a fresh stream. Its end says that the answer was read,
 * since not every QUIC holds back a writer. @throws PEER_REFUSED with the other
 * side's reason.
 */
export async function ask(
  stream: Duplex,
  topic: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  await stream.write(namedFrame(topic, body));
  const reader = new FrameReader(stream.chunks);
  const content = await reader.next(LIMITS.answerBytesMax + ANSWERED.length);
  await stream.end();
  const rest = content.subarray(1);
  if (content[0] === ANSWERED[0]) return rest.slice();
  const reason = new TextDecoder().decode(rest.subarray(0, REASON_BYTES_MAX));
  throw fault(ErrorCode.PEER_REFUSED, { topic, reason });
}

/** Reads the question on a stream that a peer opened, and answers it. Resolves when the answer was read. */
export async function answer(
  stream: Duplex,
  budget: AnswerBudget,
  handler: (topic: string, body: Uint8Array) => Promise<Uint8Array>,
): Promise<void> {
  const reader = new FrameReader(stream.chunks);
  const content = await reader.next(LIMITS.requestBytesMax);
  const { name, body } = splitNamed(content);
  stream.order?.(orderOfTopic(name));
  const bytes = frame(await answered(() => handler(name, body.slice())));
  budget.take(bytes.length);
  try {
    await stream.write(bytes);
    await stream.end();
    await reader.end();
  } finally {
    budget.give(bytes.length);
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
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const bytes = new TextEncoder().encode(reason);
    return concat(REFUSED, bytes.subarray(0, REASON_BYTES_MAX));
  }
}
