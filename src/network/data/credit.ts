import { ErrorCode, fault } from "../../errors/mod.ts";
import { type Class, CLASSES } from "../channels.ts";
import { namedFrame } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { WINDOW } from "../paths/arrivals.ts";
import type { Window } from "./window.ts";

/** The channel on which a receiver says how much of a class it has taken, and how much more it takes. */
export const CREDIT = "credit";
/** Class (u8), frames that were taken and the byte up to which may be sent (f64: whole numbers up to 2^53), little endian. */
const CREDIT_BYTES = 17;
/** Frames that may be taken without a word: a fraction of those whose numbers a receiver tells apart. */
const SILENT_FRAMES_MAX = WINDOW / 8;

/**
 * What a peer may send of one class on one connection, by the window of that
 * class. What it sends beyond that is not read before its turn either: then
 * QUIC's own window of the stream holds it back.
 */
export class Grant {
  readonly #of: Class;
  readonly #window: Window;
  #takenBytes = 0;
  #takenFrames = 0;
  #toldFrames = 0;
  #limit: number;

  constructor(of: Class, window: Window) {
    this.#of = of;
    this.#window = window;
    this.#limit = LIMITS.windowBytesMin[of];
  }

  /** The node has taken a frame of so many bytes. Gives whether that is worth a word. */
  took(bytes: number): boolean {
    this.#takenBytes += bytes;
    this.#takenFrames++;
    this.#window.took(bytes);
    const { bytes: window } = this.#window;
    return this.#takenBytes + window - this.#limit >= window / 2 ||
      this.#takenFrames - this.#toldFrames >= SILENT_FRAMES_MAX;
  }

  /** A frame that says what was taken, where there is something to say. */
  tell(): Uint8Array | undefined {
    if (this.#toldFrames === this.#takenFrames) return undefined;
    this.#toldFrames = this.#takenFrames;
    const limit = this.#takenBytes + this.#window.bytes;
    // It is never taken back.
    this.#limit = Math.max(this.#limit, limit);
    const body = new Uint8Array(CREDIT_BYTES);
    body[0] = this.#of;
    const view = new DataView(body.buffer);
    view.setFloat64(1, this.#takenFrames, true);
    view.setFloat64(9, this.#limit, true);
    return namedFrame(CREDIT, body);
  }
}

/** What a message on the channel says. @throws MESSAGE_MALFORMED */
export function readCredit(
  body: Uint8Array,
): { of: Class; frames: number; limit: number } {
  const of = CLASSES.find((one) => one === body[0]);
  if (body.length !== CREDIT_BYTES || of === undefined) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "no credit");
  }
  return { of, frames: wholeAt(body, 1), limit: wholeAt(body, 9) };
}

/** A whole number in eight bytes. @throws MESSAGE_MALFORMED */
export function wholeAt(body: Uint8Array, at: number): number {
  const { buffer, byteOffset } = body;
  const value = new DataView(buffer, byteOffset).getFloat64(at, true);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw fault(ErrorCode.MESSAGE_MALFORMED, "no whole number");
}
