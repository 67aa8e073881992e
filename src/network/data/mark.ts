import { ErrorCode, fault } from "../../errors/mod.ts";
import { type Class, CLASSES } from "../channels.ts";
import { namedFrame } from "../frames.ts";
import { wholeAt } from "./credit.ts";

/**
 * The channel on which a sender says which number the next frame of a class on
 * this connection has. Each that follows has the next one, so that a peer with
 * one path says it once.
 */
export const MARK = "mark";
/** Class (u8), the sender's session (8 bytes), the number (f64: a whole number), little endian. */
const MARK_BYTES = 17;
const NUMBER_AT = 9;
/** Of what tells a sender from the one it was before it forgot its numbers. */
export const SESSION_BYTES = 8;

export interface Mark {
  of: Class;
  /** In hexadecimal. */
  session: string;
  number: number;
}

/** The frame that says so. */
export function markFrame({ of, session, number }: Mark): Uint8Array {
  const body = new Uint8Array(MARK_BYTES);
  body[0] = of;
  body.set(Uint8Array.fromHex(session), 1);
  new DataView(body.buffer).setFloat64(NUMBER_AT, number, true);
  return namedFrame(MARK, body);
}

/** What a message on the channel says. @throws MESSAGE_MALFORMED */
export function readMark(body: Uint8Array): Mark {
  const of = CLASSES.find((one) => one === body[0]);
  if (body.length !== MARK_BYTES || of === undefined) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "no mark");
  }
  const session = body.subarray(1, NUMBER_AT).toHex();
  return { of, session, number: wholeAt(body, NUMBER_AT) };
}
