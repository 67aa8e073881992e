import {
  type Duplex,
  frame,
  HEAD_BYTES,
  readFrames,
  splitNamed,
} from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { CREDIT_BYTES } from "./peer.ts";

/** Reads a peer's messages to their end and acknowledges them; none more until what `take` gives has come about. What it throws ends the stream. */
export async function readMessages(
  { chunks, write }: Duplex,
  take: (
    name: string,
    body: Uint8Array,
    bytes: number,
  ) => Promise<void> | undefined,
): Promise<void> {
  let unacknowledged = 0;
  for await (const content of readFrames(chunks, LIMITS.messageBytesMax)) {
    const { name, body } = splitNamed(content);
    const pause = take(name, body, content.length);
    if (pause) await pause;
    unacknowledged += content.length + HEAD_BYTES;
    if (unacknowledged < LIMITS.creditStepBytes) continue;
    await write(credit(unacknowledged));
    unacknowledged = 0;
  }
}

/** Says that so many bytes were read. */
function credit(bytes: number): Uint8Array {
  const content = new Uint8Array(CREDIT_BYTES);
  new DataView(content.buffer).setUint32(0, bytes, true);
  return frame(content);
}
