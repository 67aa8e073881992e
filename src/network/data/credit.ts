import { ErrorCode, fault } from "../../errors/mod.ts";
import { type Class, CLASSES } from "../channels.ts";
import { namedFrame } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import type { Window } from "./window.ts";

/** The channel on which a receiver says how much more of a class it takes. */
export const CREDIT = "credit";
/** Class (u8) and the byte of its stream up to which it may be sent (f64: whole numbers up to 2^53), little endian. */
const CREDIT_BYTES = 9;

/** What may be sent of one class on one connection: up to the byte that the receiver named last. */
export class Allowance {
  #sentBytes = 0;
  #limit: number;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(of: Class) {
    this.#limit = LIMITS.windowBytesMin[of];
  }

  /** Resolves when something may be written, then counts it. For one writer. */
  async spend(bytes: number): Promise<void> {
    while (!this.#closed && this.#sentBytes >= this.#limit) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#sentBytes += bytes;
  }

  /** Never takes back what was granted. */
  extend(limit: number): void {
    this.#limit = Math.max(this.#limit, limit);
    this.#wake?.();
  }

  /** Whoever waits finds the connection ended. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}

/**
 * What a peer may send of one class on one connection, by the window of that
 * class. What it sends beyond that is not read before its turn either: then
 * QUIC's own window of the stream holds it back.
 */
export class Grant {
  readonly #of: Class;
  readonly #window: Window;
  #takenBytes = 0;
  #limit: number;

  constructor(of: Class, window: Window) {
    this.#of = of;
    this.#window = window;
    this.#limit = LIMITS.windowBytesMin[of];
  }

  /** The node has taken so many bytes. Gives a frame that says so, once that is worth one. */
  took(bytes: number): Uint8Array | undefined {
    this.#takenBytes += bytes;
    this.#window.took(bytes);
    const limit = this.#takenBytes + this.#window.bytes;
    if (limit - this.#limit < this.#window.bytes / 2) return undefined;
    this.#limit = limit;
    const body = new Uint8Array(CREDIT_BYTES);
    body[0] = this.#of;
    new DataView(body.buffer).setFloat64(1, limit, true);
    return namedFrame(CREDIT, body);
  }
}

/** What a message on the channel says. @throws MESSAGE_MALFORMED */
export function readCredit(body: Uint8Array): { of: Class; limit: number } {
  const of = CLASSES.find((one) => one === body[0]);
  if (body.length !== CREDIT_BYTES || of === undefined) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "no credit");
  }
  const { buffer, byteOffset } = body;
  const limit = new DataView(buffer, byteOffset).getFloat64(1, true);
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "no credit");
  }
  return { of, limit };
}
