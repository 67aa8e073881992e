import {
  type Carrier,
  chance,
  type Parcel,
  type Random,
  type Scheduler,
} from "../../platform/mod.ts";
import { Pipe, type Urgency } from "./pipe.ts";

/** What a packet of QUIC carries of a message. */
export const PACKET_BYTES = 1_200;
/** IPv4 (20), UDP (8), QUIC's short header (12), the frame's head (8) and the tag (16). */
export const HEAD_BYTES = 64;

/** How good the lines are. */
export interface LineQuality {
  /** Of each node, towards all others together. */
  uplinkBytesPerMs: number;
  /** Of each line, in each direction. */
  lineBytesPerMs: number;
  /** Each message takes longer by up to this part of the latency. */
  jitter: number;
  /** Part of the packets that is lost, 0 to 1. */
  loss: number;
}

/** What was carried, with all heads and all that was sent again. */
export interface Carried {
  from: string;
  to: string;
  parcel: Parcel;
  bytes: number;
}

export interface LinesOptions {
  scheduler: Scheduler;
  random: Random;
  quality: LineQuality;
  /** From one node to the other, milliseconds. */
  latencyMs: (from: string, to: string) => number;
  urgencyOf: (parcel: Parcel) => Urgency;
  onCarried?: (carried: Carried) => void;
}

interface Line {
  pipe: Pipe;
  /** When the last message of each stream arrives. */
  lastMs: [number, number, number];
}

/**
 * Lines of a wide area, as a reliable stream sees them: a message leaves
 * through the sender's uplink and the line, both with a bandwidth, and takes
 * the latency and some jitter. Whatever of it is lost is sent again, and costs
 * a round trip each time. Messages of one urgency share a stream, and arrive
 * in order; questions and answers have streams of their own.
 */
export class WideLines implements Carrier {
  readonly #options: LinesOptions;
  readonly #uplinks = new Map<string, Pipe>();
  readonly #lines = new Map<string, Map<string, Line>>();

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  carry(from: string, to: string, parcel: Parcel, deliver: () => void): void {
    const { scheduler, random, quality, latencyMs, onCarried } = this.#options;
    const packets = Math.max(1, Math.ceil(parcel.bytes / PACKET_BYTES));
    const [rounds, resent] = this.#losses(packets);
    const once = parcel.bytes + packets * HEAD_BYTES;
    const bytes = once + Math.ceil(resent * once / packets);
    onCarried?.({ from, to, parcel, bytes });

    const urgency = this.#options.urgencyOf(parcel);
    const line = this.#line(from, to);
    const now = scheduler.now();
    const [outMs, goneMs] = this.#uplink(from).take(urgency, now, bytes);
    const [, throughMs] = line.pipe.take(urgency, outMs, bytes);

    const oneWayMs = latencyMs(from, to);
    const jitterMs = oneWayMs * quality.jitter * random.integer(1_001) / 1_000;
    const waysMs = oneWayMs * (1 + 2 * rounds) + jitterMs;
    let atMs = Math.max(goneMs, throughMs) + waysMs;
    if (parcel.kind === "message") {
      atMs = Math.max(atMs, line.lastMs[urgency]);
      line.lastMs[urgency] = atMs;
    }
    scheduler.schedule(atMs - now, deliver);
  }

  /** How often something of so many packets has to be sent again, and how many that is together. */
  #losses(packets: number): [rounds: number, resent: number] {
    const { random, quality: { loss } } = this.#options;
    const lostOf = (sent: number) => {
      let lost = 0;
      for (let n = 0; n < sent; n++) if (chance(random, loss)) lost++;
      return lost;
    };
    let [rounds, resent] = [0, 0];
    for (let left = packets; (left = lostOf(left)) > 0; rounds++) {
      resent += left;
    }
    return [rounds, resent];
  }

  #uplink(from: string): Pipe {
    const uplink = this.#uplinks.get(from) ??
      new Pipe(this.#options.quality.uplinkBytesPerMs);
    this.#uplinks.set(from, uplink);
    return uplink;
  }

  #line(from: string, to: string): Line {
    const lines = this.#lines.get(from) ?? new Map<string, Line>();
    this.#lines.set(from, lines);
    const line = lines.get(to) ?? {
      pipe: new Pipe(this.#options.quality.lineBytesPerMs),
      lastMs: [0, 0, 0],
    };
    lines.set(to, line);
    return line;
  }
}
