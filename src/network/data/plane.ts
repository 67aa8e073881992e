import { ErrorCode, fault } from "../../errors/mod.ts";
import {
  type Clock,
  type Log,
  type Random,
  seedSigner,
} from "../../platform/mod.ts";
import { Dials } from "../dials.ts";
import { Drops } from "../guard/drops.ts";
import { Guard } from "../guard/guard.ts";
import { PeerLimits } from "../guard/peer_limits.ts";
import { peerIdOf } from "../identity.ts";
import { Inbox } from "../inbox.ts";
import { LIMITS } from "../limits.ts";
import { NO_COUNTS, plus } from "../metrics.ts";
import { Admission } from "../peers/admission.ts";
import { isExemptIn } from "../peers/groups.ts";
import type { Deed } from "../peers/scores.ts";
import { type KnownRecord, readRecord } from "../record.ts";
import { Endpoint } from "./endpoint.ts";
import type { Link } from "./link.ts";
import { DataPeer, type PeerParts } from "./peer.ts";
import { PLATFORM_QUIC, type Quic } from "./quic.ts";
import {
  bytesOf,
  type DataAddress,
  type DataOptions,
  type DataPeerInfo,
  type DataService,
  type DataTotals,
  type Incoming,
  type Outgoing,
} from "./types.ts";

interface Question {
  resolve(body: Uint8Array): void;
  reject(reason: Error): void;
}

/** What the plane is given of the world. */
export interface Outside {
  clock: Clock;
  random: Random;
  log: Log;
  /** That of the platform, where none is given. */
  quic?: Quic;
}

type States = Parameters<Parameters<DataService["onStates"]>[0]>[0];

/** The data plane in its own thread: peers by record, bulk and votes side by side, votes first. */
export class DataPlane implements DataService {
  readonly #outside: Outside;
  readonly #inbox = new Inbox<Incoming>();
  readonly #drops = new Drops();
  readonly #peers = new Map<string, DataPeer>();
  readonly #questions = new Map<number, Question>();
  readonly #dials = new Dials();
  /** Validators and persistent peers. */
  #protected: ReadonlySet<string> = new Set();
  /** Of peers that are forgotten. */
  #past = NO_COUNTS;
  #onStates: (states: States) => void = () => {};
  #onDeed: (id: string, deed: Deed) => void = () => {};
  /** Bytes that were handed to the node and are not yet known to be in its hands. */
  #handed = 0;
  #goOn: () => void = () => {};
  #nextQuestion = 0;
  #options: DataOptions | undefined;
  #admission: Admission | undefined;
  #endpoint: Endpoint | undefined;
  #guard: Guard | undefined;
  #limits: PeerLimits | undefined;
  #ownId = "";
  #own: Uint8Array = new Uint8Array();

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** @throws PORT_IN_USE */
  async start(options: DataOptions): Promise<DataAddress> {
    const { seed, genesisHash, listen, config } = options;
    const signer = seedSigner(seed);
    const { clock, quic = PLATFORM_QUIC } = this.#outside;
    const certificate = await quic.certificate(clock.now());
    this.#options = options;
    this.#admission = new Admission(options, genesisHash);
    this.#ownId = peerIdOf(signer.publicKey);
    const drops = this.#drops;
    const { limits } = config;
    this.#guard = new Guard({
      ...this.#outside,
      ...{ limits, drops, isExempt: isExemptIn(config) },
    });
    this.#limits = new PeerLimits({
      ...this.#outside,
      ...{ limits, drops },
      onDeed: (id, deed) => this.#onDeed(id, deed),
    });
    this.#endpoint = new Endpoint(listen, {
      ...this.#outside,
      ...{ signer, genesisHash, config, certificate, drops },
      guard: this.#guard,
      own: () => this.#own,
      admit: (record) => this.#refusal(record),
      onEarly: (record, link) => this.#peer(record).hear(link),
      onLink: (record, link) => this.#take(record, link),
    });
    return { port: this.#endpoint.port, certificateHash: certificate.hash };
  }

  announce(signed: Uint8Array): Promise<void> {
    this.#own = signed;
    return Promise.resolve();
  }

  know(signed: Uint8Array): Promise<void> {
    const { genesisHash } = this.#options!;
    const now = this.#outside.clock.now();
    const record = readRecord(signed, genesisHash, now);
    if (this.#refusal(record) === 0) this.#peer(record);
    return Promise.resolve();
  }

  bar(ids: string[]): Promise<void> {
    this.#admission!.bar(ids);
    for (const id of ids) this.#forget(this.#peers.get(id));
    this.#tellStates();
    return Promise.resolve();
  }

  protect(ids: string[], hosts: string[]): Promise<void> {
    this.#protected = new Set(ids);
    this.#guard!.protect(hosts);
    this.#limits!.protect(ids);
    return Promise.resolve();
  }

  onDeed(callback: (id: string, deed: Deed) => void): void {
    this.#onDeed = callback;
  }

  send({ to, of, frame }: Outgoing): void {
    for (const id of to) this.#peers.get(id)?.send(of, frame);
  }

  crossed(): Promise<void> {
    return Promise.resolve();
  }

  onIncoming(callback: (items: Incoming[]) => void): void {
    this.#hand(callback);
  }

  took(bytes: number): void {
    this.#handed -= bytes;
    this.#goOn();
  }

  answer(id: number, body: Uint8Array): void {
    this.#settle(id)?.resolve(body);
  }

  refuse(id: number, reason: string): void {
    this.#settle(id)?.reject(new Error(reason));
  }

  request(
    peer: string,
    topic: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const known = this.#peers.get(peer);
    if (known) return known.request(topic, body, timeoutMs);
    return Promise.reject(fault(ErrorCode.PEER_UNREACHABLE, { peer }));
  }

  peers(): Promise<DataPeerInfo[]> {
    return Promise.resolve([...this.#peers.values()].map((one) => one.info()));
  }

  totals(): Promise<DataTotals> {
    return Promise.resolve({
      peers: [...this.#peers.values()].map((one) => one.info()),
      past: this.#past,
      inbox: this.#inbox.waiting(),
      dials: this.#dials.outcomes,
      drops: this.#drops.all(),
    });
  }

  onStates(callback: (states: States) => void): void {
    this.#onStates = callback;
    this.#tellStates();
  }

  stop(): Promise<void> {
    for (const peer of this.#peers.values()) peer.close();
    this.#inbox.close();
    for (const id of this.#questions.keys()) {
      this.#settle(id)?.reject(fault(ErrorCode.SHUTTING_DOWN));
    }
    this.#endpoint?.close();
    return Promise.resolve();
  }

  /** A node that is slow leaves it in the inbox. */
  async #hand(callback: (items: Incoming[]) => void): Promise<void> {
    for (let items; (items = await this.#inbox.take()).length > 0;) {
      for (const item of items) this.#handed += bytesOf(item);
      callback(items);
      while (this.#handed > LIMITS.crossingBytesMax) {
        await new Promise<void>((resolve) => this.#goOn = resolve);
      }
    }
  }

  /** It may have been barred since it was admitted, or its place may be another's. */
  #take(record: KnownRecord, link: Link): void {
    if (this.#refusal(record) === 0) this.#peer(record).add(link);
    else link.close(1, "not admitted");
  }

  #refusal(record: KnownRecord): number {
    const { id } = record;
    const nowMs = this.#outside.clock.now();
    const refusal = this.#admission!.refusal(record, nowMs);
    if (id === this.#ownId || refusal !== 0) return ErrorCode.PEER_REFUSED;
    const isFull = this.#peers.size >= this.#options!.config.max_peers &&
      !this.#peers.has(id) && !this.#forgetOne();
    return isFull ? ErrorCode.PEER_REFUSED : 0;
  }

  /** Makes room by giving up a peer that is not connected, and need not be. */
  #forgetOne(): boolean {
    for (const peer of this.#peers.values()) {
      if (peer.state !== "down" || this.#protected.has(peer.id)) continue;
      this.#forget(peer);
      return true;
    }
    return false;
  }

  #forget(peer: DataPeer | undefined): void {
    if (!peer) return;
    this.#past = plus(this.#past, peer.info());
    peer.close();
    this.#peers.delete(peer.id);
  }

  #peer(record: KnownRecord): DataPeer {
    const known = this.#peers.get(record.id);
    if (known) {
      known.update(record);
      return known;
    }
    const peer = new DataPeer(record, this.#peerParts());
    this.#peers.set(record.id, peer);
    return peer;
  }

  #peerParts(): PeerParts {
    return {
      ...this.#outside,
      ownId: this.#ownId,
      config: this.#options!.config,
      inbox: this.#inbox,
      limits: this.#limits!,
      onMalformed: (id) => {
        this.#drops.count("malformed");
        this.#onDeed(id, "invalid");
      },
      dial: (...way) => this.#dials.count(this.#endpoint!.dial(...way)),
      question: (from, topic, body) => this.#question(from, topic, body),
      onState: () => this.#tellStates(),
    };
  }

  #tellStates(): void {
    this.#onStates(
      [...this.#peers.values()].map(({ id, state }) => ({ id, state })),
    );
  }

  #question(
    from: string,
    topic: string,
    body: Uint8Array,
  ): Promise<Uint8Array> {
    if (this.#questions.size >= LIMITS.requestsMax) {
      return Promise.reject(fault(ErrorCode.RPC_BUSY));
    }
    const id = this.#nextQuestion++;
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      const item = { kind: "request", id, from, topic, body } as const;
      // Nobody waits for it: questions and their memory have bounds of their own.
      this.#inbox.put(from, 1, item, body.length, Infinity);
    });
  }

  #settle(id: number): Question | undefined {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    return question;
  }
}
