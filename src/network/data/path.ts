import type { Clock } from "../../platform/mod.ts";
import { type Class, CLASSES, isLarge, orderOfTopic } from "../channels.ts";
import { ask } from "../exchange.ts";
import { LIMITS } from "../limits.ts";
import { PathHealth } from "../paths/health.ts";
import type { OutPath } from "../paths/sender.ts";
import type { Link } from "./link.ts";
import { Pulse } from "./pulse.ts";
import type { NetworkConfig, PathInfo } from "./types.ts";
import { Window } from "./window.ts";

export interface PathParts {
  clock: Clock;
  config: NetworkConfig;
  /** How many there are to the peer. */
  count(): number;
  /** It answers late, or in time after all. */
  onChange(): void;
}

/** Is answered by the data plane itself, to measure the round trip. */
export const PING = "ping";
const NOTHING = new Uint8Array();
/** What a large answer is taken to have. */
const ANSWER_BYTES = 256 * 1024;

/** One connection to a peer, and how well it does. */
export class Path implements OutPath<Uint8Array> {
  readonly link: Link;
  readonly health = new PathHealth();
  /** How much of each class may be on its way here. */
  readonly windows: readonly Window[];
  readonly sinceMs: number;
  readonly #parts: PathParts;
  readonly #pulse: Pulse;
  /** Of large answers. */
  readonly #answers = new PathHealth();
  #asked = 0;

  constructor(link: Link, parts: PathParts) {
    const { clock } = parts;
    this.link = link;
    this.#parts = parts;
    this.sinceMs = clock.monotonic();
    this.windows = CLASSES.map((of) => this.#window(of));
    this.#pulse = new Pulse(clock, {
      ping: () => this.#ping(),
      onMeasured: (rttMs) => this.health.measure(rttMs),
      onChange: () => {
        this.health.isLate = this.#pulse.isLate;
        parts.onChange();
      },
      onSilence: () => link.close(1, "silence"),
    });
  }

  /** Of the last ping that was answered. */
  get rttMs(): number | undefined {
    return this.#pulse.rttMs;
  }

  /** Measures from now on. */
  start(): void {
    this.#pulse.start();
  }

  stop(): void {
    this.#pulse.stop();
  }

  hasRoom(of: Class): boolean {
    return this.link.hasRoom(of);
  }

  put(of: Class, frame: Uint8Array, number: number): void {
    this.link.put(of, frame, number);
  }

  async ask(
    topic: string,
    body: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const { clock } = this.#parts;
    const stream = await this.link.openRequest(orderOfTopic(topic));
    if (!isLarge(topic)) return await ask(stream, topic, body, signal);
    const startMs = clock.monotonic();
    const before = this.link.receivedBytes;
    this.#asked++;
    try {
      const answer = await ask(stream, topic, body, signal);
      const bytes = this.link.receivedBytes - before;
      this.#answers.deliver(bytes, clock.monotonic() - startMs, Infinity);
      return answer;
    } finally {
      this.#asked--;
    }
  }

  /** After what time the answer to one more question is to be had. */
  answerMs(topic: string): number {
    const { rttMs } = this.health;
    if (!isLarge(topic)) return rttMs;
    return rttMs + (this.#asked + 1) * ANSWER_BYTES / this.#answers.rate;
  }

  info(): PathInfo {
    const { link: { address, direction, datagramBytes }, rttMs } = this;
    const { isLate } = this.health;
    return {
      ...{ address, direction, isLate, datagramBytes },
      ...(rttMs !== undefined && { rttMs }),
    };
  }

  async #ping(): Promise<void> {
    // What is too little to be told at once is told now.
    this.link.tell();
    await this.ask(PING, NOTHING);
  }

  /** Of what a peer may have on its way, all classes on all paths together get `max_data`. */
  #window(of: Class): Window {
    const { clock, config: { quic }, count } = this.#parts;
    return new Window({
      clock,
      rttMs: () => this.rttMs ?? quic.initial_rtt_ms,
      leastBytes: LIMITS.windowBytesMin[of],
      mostBytes: () =>
        Math.min(
          quic.max_stream_data,
          quic.max_data / CLASSES.length / Math.max(1, count()),
        ),
    });
  }
}
