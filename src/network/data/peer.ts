import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock, Log, Random } from "../../platform/mod.ts";
import { type Class, CLASSES, isReplaySafe } from "../channels.ts";
import { withSignal } from "../deadline.ts";
import { isMalformed } from "../frames.ts";
import type { PeerLimits } from "../guard/peer_limits.ts";
import type { Inbox } from "../inbox.ts";
import { LIMITS } from "../limits.ts";
import { added } from "../metrics.ts";
import { Outbox } from "../outbox.ts";
import { Copies } from "../paths/copies.ts";
import { PathSender } from "../paths/sender.ts";
import type { KnownRecord } from "../record.ts";
import type { Link } from "./link.ts";
import { SESSION_BYTES } from "./mark.ts";
import { Path, PING } from "./path.ts";
import { bestOf, type Early, Questions } from "./questions.ts";
import type { DataPeerInfo, Incoming, NetworkConfig } from "./types.ts";
import { Ways } from "./ways.ts";

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
  /** An authenticated connection to a host of the record; `onEarly` may have it before, where it is the only one. */
  dial(
    record: KnownRecord,
    host: string,
    onEarly?: (link: Link) => void,
  ): Promise<Link>;
  /** Puts the question to the node. */
  question(from: string, topic: string, body: Uint8Array): Promise<Uint8Array>;
  onState(): void;
}

/** One other node on the data plane: dialled until it is connected, and again when it is lost. */
export class DataPeer {
  readonly id: string;
  readonly #parts: PeerParts;
  readonly #outbox = new Outbox<Uint8Array>(LIMITS.outboxBytesMax);
  readonly #sender: PathSender<Path, Uint8Array>;
  /** Tells what this sends from what it sent before it was forgotten. */
  readonly #session: string;
  readonly #copies = new Copies();
  readonly #ways: Ways;
  readonly #questions: Questions;
  /** Its connections, the oldest first. */
  #paths: Path[] = [];
  /** Go on with a class, where there may be room again. */
  readonly #goOn: (() => void)[] = CLASSES.map(() => () => {});
  #early: Early | undefined;
  #record: KnownRecord;
  /** Nobody answered the last time: it counts as a peer once it does. */
  #isGone = false;
  #closed = false;
  #past = { sentBytes: 0, receivedBytes: 0 };

  constructor(record: KnownRecord, parts: PeerParts) {
    this.id = record.id;
    this.#record = record;
    this.#parts = parts;
    this.#session = parts.random.bytes(SESSION_BYTES).toHex();
    const { flightBytesMax } = LIMITS;
    this.#sender = new PathSender({ clock: parts.clock, flightBytesMax });
    for (const of of CLASSES) this.#pump(of);
    this.#questions = new Questions(record.id, {
      ...parts,
      paths: () => this.#paths,
      early: () => this.#early,
    });
    this.#ways = new Ways(record, {
      ...parts,
      isFirst: this.#isFirst(),
      isConnected: () => this.#paths.length > 0,
      isWanted: (host) =>
        this.#paths.length < LIMITS.connectionsOfPeerMax &&
        this.#paths.every(({ link }) => link.host !== host),
      dial: (...way) => this.#dial(...way),
    });
  }

  get record(): KnownRecord {
    return this.#record;
  }

  get state(): DataPeerInfo["state"] {
    if (this.#paths.length === 0) return this.#early ? "slow" : "down";
    return this.#paths.every(({ health }) => health.isLate) ? "slow" : "up";
  }

  /** A later record takes the place of the present one. */
  update(record: KnownRecord): void {
    if (record.timeMs <= this.#record.timeMs) return;
    const { certificateHash } = this.#record;
    this.#record = record;
    // The peer has started anew: its old connections are dead, if not yet timed out.
    if (certificateHash.toHex() !== record.certificateHash.toHex()) {
      for (const { link } of this.#paths) link.close(0, "replaced");
    }
    this.#ways.use(record);
  }

  /** Takes over an authenticated connection. */
  add(link: Link): Path | undefined {
    if (this.#closed) {
      link.close(0, "closing");
      return undefined;
    }
    const { clock, config, log, limits, inbox, onMalformed } = this.#parts;
    const path: Path = new Path(link, {
      ...{ clock, config },
      count: () => this.#paths.length,
      onChange: () => this.#onChange(path),
    });
    this.#paths.push(path);
    this.#isGone = false;
    this.#sender.add(path);
    path.start();
    log.debug("data plane connected", {
      ...{ peer: this.id, direction: link.direction, address: link.address },
    });
    this.#endSecond(link.host);
    this.#onRoom();
    this.#parts.onState();
    link.run({
      session: this.#session,
      windows: path.windows,
      isOneOfSeveral: () => this.#paths.length > 1,
      arrivals: (session, of) => this.#copies.of(session, of),
      onMessage: async (channel, body, of) => {
        const item = { kind: "message", from: this.id, channel, body } as const;
        const { bytes } = path.windows[of]!;
        await inbox.put(this.id, of, item, body.length, bytes);
        await limits.message(this.id, of, body.length);
      },
      onFrame: (of, bytes) => limits.message(this.id, of, bytes),
      onTaken: (of, frames) => this.#sender.acknowledge(path, of, frames),
      onRoom: (of) => this.#goOn[of]!(),
      onMalformed: () => onMalformed(this.id),
      onRequest: (stream) =>
        this.#questions.answer(link, stream, () => true).catch((thrown) => {
          if (isMalformed(thrown)) onMalformed(this.id);
          throw thrown;
        }),
    }).finally(() => this.#remove(path));
    return path;
  }

  /** Answers what anybody may repeat, while the other side shows that it is still who it was. */
  hear(link: Link): void {
    link.hear((stream) => this.#questions.answer(link, stream, isReplaySafe));
  }

  send(of: Class, frame: Uint8Array): void {
    if (this.state !== "down") this.#outbox.push(of, frame, frame.length);
  }

  request(
    topic: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    return withSignal(
      this.#parts.clock,
      timeoutMs,
      (signal) => this.#questions.ask(topic, body, signal),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: this.id, topic }),
    );
  }

  info(): DataPeerInfo {
    const links = this.#paths.map(({ link }) => link);
    const best = bestOf(this.#paths, PING);
    const sum = (name: "sentBytes" | "receivedBytes") =>
      links.reduce((total, one) => total + one[name], this.#past[name]);
    return {
      id: this.id,
      state: this.state,
      ...(best && {
        ...{ address: best.link.address, direction: best.link.direction },
        ...(best.rttMs !== undefined && { rttMs: best.rttMs }),
      }),
      paths: this.#paths.map((path) => path.info()),
      sentBytes: sum("sentBytes"),
      receivedBytes: sum("receivedBytes"),
      connections: links.length,
      streams: added(links.map((one) => one.streams())),
      queued: this.#outbox.waiting(),
      drops: this.#outbox.drops,
    };
  }

  close(): void {
    this.#closed = true;
    this.#ways.close();
    this.#outbox.close();
    for (const path of this.#paths) {
      path.stop();
      path.link.close(0, "closing");
    }
    this.#onRoom();
  }

  /** One of the two sides dials first, and of two connections between two hosts its one stays. */
  #isFirst(): boolean {
    return this.#parts.ownId < this.id;
  }

  /** Both sides have dialled. */
  #endSecond(host: string): void {
    const links = this.#paths.map(({ link }) => link)
      .filter((link) => link.host === host);
    const isSecond = !this.#isFirst() &&
      links.some(({ direction }) => direction === "in");
    if (!isSecond) return;
    for (const link of links) {
      if (link.direction === "out") link.close(0, "one is enough");
    }
  }

  async #dial(record: KnownRecord, host: string): Promise<void> {
    const { promise: confirmed, resolve } = Promise.withResolvers<
      Path | undefined
    >();
    const onEarly = (link: Link) => {
      if (this.#isGone) return;
      this.#early = { link, confirmed };
      this.#parts.onState();
    };
    const isOnly = this.#paths.length === 0 && !this.#early;
    try {
      const link = await this.#parts.dial(
        record,
        host,
        isOnly ? onEarly : undefined,
      );
      resolve(this.add(link));
    } catch (thrown) {
      if (this.#paths.length === 0) this.#isGone = true;
      throw thrown;
    } finally {
      resolve(undefined);
      if (this.#early?.confirmed === confirmed) this.#endEarly();
    }
  }

  #endEarly(): void {
    this.#early = undefined;
    if (this.#paths.length > 0) return;
    this.#outbox.clear();
    this.#onRoom();
    this.#parts.onState();
  }

  #remove(path: Path): void {
    const { clock, log, onState } = this.#parts;
    const { link, sinceMs } = path;
    this.#paths = this.#paths.filter((one) => one !== path);
    this.#past.sentBytes += link.sentBytes;
    this.#past.receivedBytes += link.receivedBytes;
    path.stop();
    this.#sender.lose(path);
    if (this.#paths.length === 0) this.#outbox.clear();
    this.#onRoom();
    if (this.#closed) return;
    log.debug("data plane lost", { peer: this.id, address: link.address });
    onState();
    this.#ways.lost(
      link.host,
      clock.monotonic() - sinceMs >= LIMITS.stableMs,
    );
  }

  /** A path answers late, or in time after all. */
  #onChange(path: Path): void {
    if (path.health.isLate) this.#sender.late(path);
    this.#onRoom();
    this.#parts.onState();
  }

  #onRoom(): void {
    for (const goOn of this.#goOn) goOn();
  }

  async #pump(of: Class): Promise<void> {
    while (true) {
      const frames = await this.#outbox.next(of, LIMITS.writeBytesMax);
      if (frames.length === 0) return;
      for (const frame of frames) {
        while (!this.#sender.send(of, frame, frame.length)) {
          if (this.state === "down" || this.#closed) {
            this.#outbox.lost();
            break;
          }
          await new Promise<void>((resolve) => this.#goOn[of] = resolve);
        }
      }
    }
  }
}
