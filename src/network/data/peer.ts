import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import type { Clock, Log, Random, Timer } from "../../platform/mod.ts";
import { join } from "../../bytes/mod.ts";
import { Backoff } from "../backoff.ts";
import {
  type Class,
  CLASSES,
  isReplaySafe,
  orderOfTopic,
} from "../channels.ts";
import { withDeadline } from "../deadline.ts";
import { answer, ask } from "../exchange.ts";
import { type Duplex, isMalformed } from "../frames.ts";
import type { PeerLimits } from "../guard/peer_limits.ts";
import type { Inbox } from "../inbox.ts";
import { LIMITS } from "../limits.ts";
import { added } from "../metrics.ts";
import { Outbox } from "../outbox.ts";
import type { KnownRecord } from "../record.ts";
import type { Link } from "./link.ts";
import { Pulse } from "./pulse.ts";
import type { DataPeerInfo, Incoming, NetworkConfig } from "./types.ts";
import { Window } from "./window.ts";

/** What a peer needs of its plane. */
export interface PeerParts {
  clock: Clock;
  random: Random;
  log: Log;
  config: NetworkConfig;
  ownId: string;
  inbox: Inbox<Incoming>;
  limits: PeerLimits;
  /** It sent what no honest node sends. */
  onMalformed(id: string): void;
  /** An authenticated connection to where the record says; `onEarly` may have it before. */
  dial(record: KnownRecord, onEarly: (link: Link) => void): Promise<Link>;
  /** Puts the question to the node. */
  question(from: string, topic: string, body: Uint8Array): Promise<Uint8Array>;
  onState(): void;
}

/** Is answered here, to measure the round trip. */
const PING = "ping";

/** One other node on the data plane: dialled until it is connected, and again when it is lost. */
export class DataPeer {
  readonly id: string;
  readonly #parts: PeerParts;
  readonly #outbox = new Outbox<Uint8Array>(LIMITS.outboxBytesMax);
  readonly #backoff: Backoff;
  readonly #pulse: Pulse;
  /** The latest is the first, and carries what is sent. */
  #links: Link[] = [];
  /** A connection that carries questions which anybody may repeat, while it is being confirmed. */
  #early: { link: Link; confirmed: Promise<Link | undefined> } | undefined;
  #record: KnownRecord;
  #timer: Timer | undefined;
  /** The record by which it is just being dialled. */
  #dialling: KnownRecord | undefined;
  /** Nobody answered the last time: it counts as a peer once it does. */
  #isGone = false;
  #closed = false;
  /** When the present connection, or the first of the present ones, began. */
  #sinceMs = 0;
  #past = { sentBytes: 0, receivedBytes: 0 };

  constructor(record: KnownRecord, parts: PeerParts) {
    this.id = record.id;
    this.#record = record;
    this.#parts = parts;
    this.#backoff = new Backoff(parts.random);
    this.#pulse = new Pulse(parts.clock, {
      ping: () => this.#ask(PING, new Uint8Array()),
      onChange: parts.onState,
      onSilence: () => this.#links[0]?.close(1, "silence"),
    });
    for (const of of CLASSES) this.#pump(of);
    this.#dialAfter(this.#isOurs() ? 0 : LIMITS.yieldMs);
  }

  get record(): KnownRecord {
    return this.#record;
  }

  get state(): DataPeerInfo["state"] {
    if (this.#links.length === 0) return this.#early ? "slow" : "down";
    return this.#pulse.isLate ? "slow" : "up";
  }

  /** A later record takes the place of the present one. */
  update(record: KnownRecord): void {
    if (record.timeMs <= this.#record.timeMs) return;
    const { certificateHash } = this.#record;
    this.#record = record;
    this.#backoff.reset();
    // The peer has started anew: its old connections are dead, if not yet timed out.
    if (certificateHash.toHex() !== record.certificateHash.toHex()) {
      for (const link of this.#links) link.close(0, "replaced");
    }
    if (this.#links.length === 0) {
      this.#dialAfter(this.#isOurs() ? 0 : LIMITS.yieldMs);
    }
  }

  /** Takes over an authenticated connection. */
  add(link: Link): void {
    if (this.#closed) return link.close(0, "closing");
    if (this.#links.length === 0) this.#sinceMs = this.#parts.clock.monotonic();
    this.#links.unshift(link);
    this.#isGone = false;
    this.#timer?.cancel();
    this.#pulse.start();
    this.#parts.log.debug("data plane connected", {
      peer: this.id,
      direction: link.direction,
    });
    this.#parts.onState();
    const windows = CLASSES.map((of) => this.#window(of));
    link.run({
      windows,
      onMessage: async (channel, body, of) => {
        const item = { kind: "message", from: this.id, channel, body } as const;
        const { bytes } = windows[of]!;
        const { inbox, limits } = this.#parts;
        await inbox.put(this.id, of, item, body.length, bytes);
        await limits.message(this.id, of, body.length);
      },
      onMalformed: () => this.#parts.onMalformed(this.id),
      onRequest: (stream) =>
        this.#answer(link, stream, () => true).catch((thrown) => {
          if (isMalformed(thrown)) this.#parts.onMalformed(this.id);
          throw thrown;
        }),
    }).finally(() => this.#remove(link));
  }

  /** Answers what anybody may repeat, while the other side shows that it is still who it was. */
  hear(link: Link): void {
    link.hear((stream) => this.#answer(link, stream, isReplaySafe));
  }

  send(of: Class, frame: Uint8Array): void {
    if (this.state !== "down") this.#outbox.push(of, frame, frame.length);
  }

  request(
    topic: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    return withDeadline(
      this.#parts.clock,
      timeoutMs,
      this.#ask(topic, body),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: this.id, topic }),
    );
  }

  info(): DataPeerInfo {
    const link = this.#links[0];
    const sum = (name: "sentBytes" | "receivedBytes") =>
      this.#links.reduce((total, one) => total + one[name], this.#past[name]);
    return {
      id: this.id,
      state: this.state,
      ...(link && { address: link.address, direction: link.direction }),
      ...(this.#pulse.rttMs !== undefined && { rttMs: this.#pulse.rttMs }),
      sentBytes: sum("sentBytes"),
      receivedBytes: sum("receivedBytes"),
      connections: this.#links.length,
      streams: added(this.#links.map((one) => one.streams())),
      queued: this.#outbox.waiting(),
      drops: this.#outbox.drops,
    };
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#pulse.stop();
    this.#outbox.close();
    for (const link of this.#links) link.close(0, "closing");
  }

  /** One of the two sides dials first, so that there is seldom more than one connection. */
  #isOurs(): boolean {
    return this.#parts.ownId < this.id;
  }

  #dialAfter(ms: number): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#timer = this.#parts.clock.schedule(ms, () => this.#dial());
  }

  async #dial(): Promise<void> {
    const record = this.#record;
    if (this.#dialling === record || this.#links.length > 0) return;
    this.#dialling = record;
    const { promise: confirmed, resolve } = Promise.withResolvers<
      Link | undefined
    >();
    const onEarly = (link: Link) => {
      if (this.#isGone) return;
      this.#early = { link, confirmed };
      this.#parts.onState();
    };
    try {
      const link = await this.#parts.dial(record, onEarly);
      this.add(link);
      resolve(link);
    } catch (error) {
      this.#isGone = true;
      // By a later record it is being dialled already.
      if (this.#dialling !== record) return;
      const isOther = error instanceof RustoriumError &&
        error.code === ErrorCode.PEER_OTHER_CHAIN;
      if (isOther) this.#backoff.exhaust();
      this.#parts.log.debug("data plane not reached", { peer: this.id, error });
      if (this.#links.length === 0) this.#dialAfter(this.#backoff.next());
    } finally {
      resolve(undefined);
      if (this.#dialling === record) this.#dialling = undefined;
      if (this.#early?.confirmed === confirmed) this.#endEarly();
    }
  }

  #endEarly(): void {
    this.#early = undefined;
    if (this.#links.length > 0) return;
    this.#outbox.clear();
    this.#parts.onState();
  }

  #remove(link: Link): void {
    this.#links = this.#links.filter((one) => one !== link);
    this.#past.sentBytes += link.sentBytes;
    this.#past.receivedBytes += link.receivedBytes;
    if (this.#links.length > 0 || this.#closed) return;
    this.#outbox.clear();
    this.#pulse.stop();
    this.#parts.log.debug("data plane lost", { peer: this.id });
    this.#parts.onState();
    const lastedMs = this.#parts.clock.monotonic() - this.#sinceMs;
    if (lastedMs >= LIMITS.stableMs) this.#backoff.reset();
    this.#dialAfter(this.#isOurs() ? this.#backoff.next() : LIMITS.yieldMs);
  }

  async #pump(of: Class): Promise<void> {
    while (true) {
      const frames = await this.#outbox.next(of, LIMITS.writeBytesMax);
      if (frames.length === 0) return;
      const link = this.#links[0] ?? await this.#early?.confirmed;
      try {
        await link?.send(of, frames.length === 1 ? frames[0]! : join(frames));
      } catch (thrown) {
        link?.close(1, thrown instanceof Error ? thrown.message : "");
      }
    }
  }

  /** Of what a peer may have on its way, all classes together get `max_data`. */
  #window(of: Class): Window {
    const { clock, config: { quic } } = this.#parts;
    return new Window({
      clock,
      rttMs: () => this.#pulse.rttMs ?? quic.initial_rtt_ms,
      leastBytes: LIMITS.windowBytesMin[of],
      mostBytes: Math.min(quic.max_stream_data, quic.max_data / CLASSES.length),
    });
  }

  async #answer(
    link: Link,
    stream: Duplex,
    mayAsk: (topic: string) => boolean,
  ): Promise<void> {
    const { limits, question } = this.#parts;
    let end = () => {};
    const inTurn = {
      ...stream,
      async write(bytes: Uint8Array) {
        end = await link.answers.take(bytes.length);
        await stream.write(bytes);
      },
    };
    try {
      await limits.question(
        this.id,
        (memory) =>
          answer(inTurn, memory, (topic, body) => {
            if (topic === PING) return Promise.resolve(new Uint8Array());
            if (!mayAsk(topic)) throw fault(ErrorCode.PEER_REFUSED, { topic });
            return question(this.id, topic, body);
          }),
      );
    } finally {
      end();
    }
  }

  async #ask(topic: string, body: Uint8Array): Promise<Uint8Array> {
    const order = orderOfTopic(topic);
    const early = this.#links.length === 0 ? this.#early : undefined;
    if (early && isReplaySafe(topic)) {
      try {
        return await ask(await early.link.openRequest(order), topic, body);
      } catch {
        // It is asked again, where that is as good.
      }
    }
    const link = this.#links[0] ?? await this.#early?.confirmed;
    if (!link) throw fault(ErrorCode.PEER_UNREACHABLE, { peer: this.id });
    return await ask(await link.openRequest(order), topic, body);
  }
}
