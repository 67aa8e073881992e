import type { Class } from "../channels.ts";
import { type Duplex, readFrames } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import type { PlaneTraffic } from "../metrics.ts";
import { Outbox } from "../outbox.ts";
import { Gate } from "./gate.ts";

/** A message stream to a peer, with what was sent and not yet acknowledged. */
interface Sending {
  stream: Duplex;
  owedBytes: number;
  gate: Gate;
}

/** A connection to one node of our chain, as far as it is used here. */
export interface ControlLine {
  readonly address: string;
  readonly direction: "in" | "out";
  open(protocol: string): Promise<Duplex>;
  /** Its open streams by protocol, and what its QUIC measures. */
  state(): Pick<PlaneTraffic, "streams" | "rttMs" | "packets">;
}

/** Length of an acknowledgement: how many bytes were read (u32, little endian). */
export const CREDIT_BYTES = 4;

/**
 * One node of our chain on the control plane. The addon takes whatever is
 * written, however slowly the other side reads; so the reader acknowledges, and
 * beyond a bound messages wait in the queue that knows what to drop.
 */
export class ControlPeer {
  readonly id: string;
  readonly line: ControlLine;
  sentBytes = 0;
  receivedBytes = 0;
  readonly #protocol: string;
  readonly #outbox = new Outbox<Uint8Array>(LIMITS.outboxBytesMax);
  #sending: Promise<Sending> | undefined;
  #isPumping = false;

  constructor(id: string, line: ControlLine, protocol: string) {
    this.id = id;
    this.line = line;
    this.#protocol = protocol;
  }

  traffic(): PlaneTraffic {
    return {
      ...this.line.state(),
      connections: 1,
      sentBytes: this.sentBytes,
      receivedBytes: this.receivedBytes,
      queued: this.#outbox.waiting(),
      drops: this.#outbox.drops,
    };
  }

  /** Queues a frame; never waits. */
  send(of: Class, frame: Uint8Array): void {
    this.#outbox.push(of, frame, frame.length);
    if (!this.#isPumping) this.#pump();
  }

  close(): void {
    this.#outbox.close();
    this.#outbox.clear();
  }

  /** One frame at a time, so that a vote overtakes what waits behind it. */
  async #pump(): Promise<void> {
    this.#isPumping = true;
    try {
      for (let frames; (frames = this.#outbox.take(1)).length > 0;) {
        this.#sending ??= this.#open();
        const sending = await this.#sending;
        for (const frame of frames) await this.#write(sending, frame);
        await sending.gate.passed();
      }
    } catch {
      // The stream is broken: what waited is lost, the next message opens another.
      this.#sending = undefined;
      this.#outbox.clear();
    } finally {
      this.#isPumping = false;
    }
  }

  async #write(sending: Sending, frame: Uint8Array): Promise<void> {
    sending.owedBytes += frame.length;
    if (sending.owedBytes > LIMITS.creditBytes) sending.gate.close();
    await sending.stream.write(frame);
    this.sentBytes += frame.length;
  }

  async #open(): Promise<Sending> {
    const stream = await this.line.open(this.#protocol);
    const sending = { stream, owedBytes: 0, gate: new Gate() };
    this.#collect(sending);
    return sending;
  }

  /** Hears the acknowledgements. At their end the stream is of no more use. */
  async #collect(sending: Sending): Promise<void> {
    const { stream, gate } = sending;
    try {
      for await (const credit of readFrames(stream.chunks, CREDIT_BYTES)) {
        const read = new DataView(credit.buffer).getUint32(0, true);
        // Nobody has read what was not sent.
        sending.owedBytes = Math.max(0, sending.owedBytes - read);
        if (sending.owedBytes <= LIMITS.creditBytes) gate.open();
      }
    } catch {
      // What is written next fails, and opens another stream.
    }
    stream.abort(new Error("the reader has gone"));
    gate.open();
  }
}
