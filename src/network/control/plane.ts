import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import type { Clock, Log, Random } from "../../platform/mod.ts";
import type { Book } from "../book.ts";
import type { Class } from "../channels.ts";
import type { NetworkConfig } from "../data/types.ts";
import { withDeadline } from "../deadline.ts";
import { answer, AnswerBudget, ask } from "../exchange.ts";
import { frame, namedFrame, readFrames, splitNamed } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { type KnownRecord, readRecord } from "../record.ts";
import { Dialer } from "./dialer.ts";
import { type Greeting, hearHello, sayHello } from "./hello.ts";
import { type ControlLine, ControlPeer, CREDIT_BYTES } from "./peer.ts";
import { controlStream } from "./stream.ts";

export interface ControlParts {
  node: Libp2p;
  chainId: string;
  genesisHash: Uint8Array;
  clock: Clock;
  random: Random;
  log: Log;
  config: NetworkConfig;
  book: Book;
  bootstrap: readonly string[];
  /** Encoding of the own `SignedPeerRecord`. */
  own(): Uint8Array;
  /** Something new is known of a node. */
  onRecord(record: KnownRecord): void;
  onPeers(): void;
  onMessage(from: string, channel: string, body: Uint8Array): void;
  onRequest(from: string, topic: string, body: Uint8Array): Promise<Uint8Array>;
}

/** Carries records from node to node; never leaves this plane. */
const RECORD_CHANNEL = "peer-record";
const FRAME_HEAD_BYTES = 4;

/** Who is who: finds nodes of the chain, passes on how they are reached, and carries messages where the data plane does not. */
export class ControlPlane {
  readonly #parts: ControlParts;
  readonly #peers = new Map<string, ControlPeer>();
  readonly #budget = new AnswerBudget(LIMITS.answersBytesMax);
  /** The connection over which each peer said hello last. */
  readonly #connections = new Map<string, Connection>();
  readonly #dialer: Dialer;
  readonly #protocols: { record: string; message: string; request: string };
  readonly #bootstrap = new Set<string>();
  /** Whom a bootstrap address without a peer id led to. */
  readonly #found = new Map<string, string>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
    const of = (name: string) => `/rustorium/${parts.chainId}/${name}/1`;
    this.#protocols = {
      record: of("record"),
      message: of("message"),
      request: of("request"),
    };
    this.#dialer = new Dialer({
      ...parts,
      isDone: (target) => this.#isDone(target),
      dial: (target, addresses) => this.#dial(target, addresses),
      isFinal: (error) =>
        error instanceof RustoriumError &&
        error.code === ErrorCode.PEER_OTHER_CHAIN,
      onFailure: (peer, error) => this.#tell(peer, error),
    });
  }

  async start(): Promise<void> {
    const { node, bootstrap, config } = this.#parts;
    const { record, message, request } = this.#protocols;
    const streams = {
      maxInboundStreams: config.quic.max_concurrent_streams,
      maxOutboundStreams: config.quic.max_concurrent_streams,
    };
    const handle = (
      protocol: string,
      handler: (stream: Stream, connection: Connection) => Promise<void>,
    ) =>
      node.handle(protocol, (stream, connection) => {
        handler(stream, connection).catch((thrown) => stream.abort(thrown));
      }, streams);
    await handle(record, (stream, from) => this.#hear(stream, from));
    await handle(message, (stream, from) => this.#read(stream, from));
    await handle(request, (stream, from) => this.#answer(stream, from));
    node.addEventListener("connection:close", ({ detail }) => {
      this.#lose(detail);
    });
    this.#parts.book.onForget = (id) => this.#dialer.drop(id);
    for (const address of bootstrap) {
      const id = peerIn(address) ?? address;
      if (id === node.peerId.toString()) continue;
      this.#bootstrap.add(id);
      this.#dialer.want(id, [address]);
    }
  }

  peers(): ControlPeer[] {
    return [...this.#peers.values()];
  }

  has(id: string): boolean {
    return this.#peers.has(id);
  }

  send(to: string, of: Class, frame: Uint8Array): void {
    this.#peers.get(to)?.send(of, frame);
  }

  async request(
    to: string,
    topic: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const peer = this.#peers.get(to);
    if (!peer) throw fault(ErrorCode.PEER_UNREACHABLE, { peer: to });
    const work = async () =>
      await ask(await peer.line.open(this.#protocols.request), topic, body);
    return await withDeadline(
      this.#parts.clock,
      timeoutMs,
      work(),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: to, topic }),
    );
  }

  /** Tells the connected peers of a record, except the one it came from. */
  spread(record: KnownRecord, from?: string): void {
    const frame = namedFrame(RECORD_CHANNEL, record.signed);
    for (const peer of this.#peers.values()) {
      if (peer.id !== from && peer.id !== record.id) peer.send(1, frame);
    }
  }

  async stop(): Promise<void> {
    this.#dialer.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    await this.#parts.node.stop();
  }

  #isDone(target: string): boolean {
    if (this.#peers.has(this.#found.get(target) ?? target)) return true;
    const { max_peers, target_outbound } = this.#parts.config;
    const outbound = this.peers().filter(({ line }) =>
      line.direction === "out"
    );
    return this.#peers.size >= max_peers ||
      !this.#bootstrap.has(target) && outbound.length >= target_outbound;
  }

  async #dial(target: string, addresses: string[]): Promise<void> {
    const { node, clock, config } = this.#parts;
    const connection = await node.dial(
      addresses.map((address) => multiaddr(address)),
    );
    const id = connection.remotePeer.toString();
    if (id !== target) this.#found.set(target, id);
    if (this.#peers.has(id)) return;
    const greeting = async () => {
      const stream = await connection.newStream(this.#protocols.record);
      return await sayHello(controlStream(stream), id, this.#hello());
    };
    try {
      this.#welcome(
        connection,
        await withDeadline(
          clock,
          config.handshake_timeout_ms,
          greeting(),
          () => fault(ErrorCode.PEER_TIMEOUT, { peer: id }),
        ),
      );
    } catch (thrown) {
      await connection.close().catch(() => undefined);
      throw thrown;
    }
  }

  #tell(peer: string, error: unknown): void {
    const isOther = error instanceof RustoriumError &&
      error.code === ErrorCode.PEER_OTHER_CHAIN;
    if (isOther) this.#parts.log.warn("peer is of another chain", { peer });
    else this.#parts.log.debug("peer not reached", { peer, error });
  }

  async #hear(stream: Stream, connection: Connection): Promise<void> {
    const { clock, config } = this.#parts;
    const id = connection.remotePeer.toString();
    await withDeadline(
      clock,
      config.handshake_timeout_ms,
      hearHello(controlStream(stream), id, this.#hello(), {
        admit: () => this.#admit(id),
        welcome: (greeting) => this.#welcome(connection, greeting),
      }),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: id }),
    );
  }

  #admit(id: string): number {
    const isFull = this.#peers.size >= this.#parts.config.max_peers &&
      !this.#peers.has(id);
    return isFull ? ErrorCode.PEER_REFUSED : 0;
  }

  #hello() {
    const { genesisHash, book, own, clock } = this.#parts;
    return { genesisHash, book, own, nowMs: () => clock.now() };
  }

  #welcome(connection: Connection, { record, known }: Greeting): void {
    if (connection.status !== "open") return;
    const { id } = record;
    this.#peers.get(id)?.close();
    this.#peers.set(
      id,
      new ControlPeer(id, lineOf(connection), this.#protocols.message),
    );
    this.#connections.set(id, connection);
    this.#parts.log.info("peer connected", {
      peer: id,
      direction: connection.direction,
    });
    this.#learn(record, id);
    for (const other of known) this.#learn(other, id);
    this.#parts.onPeers();
  }

  #learn(record: KnownRecord, from: string): void {
    if (!this.#parts.book.add(record)) return;
    this.#parts.onRecord(record);
    this.spread(record, from);
    const suffix = `/p2p/${record.id}`;
    this.#dialer.want(
      record.id,
      record.addresses.map((address) => address + suffix),
    );
  }

  #lose(connection: Connection): void {
    const id = connection.remotePeer.toString();
    if (this.#connections.get(id) === connection) {
      this.#peers.get(id)?.close();
      this.#peers.delete(id);
      this.#connections.delete(id);
      this.#parts.log.info("peer lost", { peer: id });
      this.#parts.onPeers();
    }
    this.#dialer.retry();
  }

  async #read(stream: Stream, connection: Connection): Promise<void> {
    const from = connection.remotePeer.toString();
    const { chunks, write } = controlStream(stream);
    let unacknowledged = 0;
    for await (const content of readFrames(chunks, LIMITS.messageBytesMax)) {
      const peer = this.#peers.get(from);
      if (!peer) throw fault(ErrorCode.PEER_REFUSED, { peer: from });
      peer.receivedBytes += content.length;
      const { name, body } = splitNamed(content);
      if (name === RECORD_CHANNEL) this.#hearRecord(body, from);
      else this.#parts.onMessage(from, name, body);
      unacknowledged += content.length + FRAME_HEAD_BYTES;
      if (unacknowledged < LIMITS.creditStepBytes) continue;
      await write(credit(unacknowledged));
      unacknowledged = 0;
    }
  }

  #hearRecord(signed: Uint8Array, from: string): void {
    const { genesisHash, clock } = this.#parts;
    this.#learn(readRecord(signed, genesisHash, clock.now()), from);
  }

  async #answer(stream: Stream, connection: Connection): Promise<void> {
    const from = connection.remotePeer.toString();
    if (!this.#peers.has(from)) {
      throw fault(ErrorCode.PEER_REFUSED, { peer: from });
    }
    const { clock, onRequest } = this.#parts;
    await withDeadline(
      clock,
      LIMITS.answerReadMsMax,
      answer(
        controlStream(stream),
        this.#budget,
        (topic, body) => onRequest(from, topic, body),
      ),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: from }),
    );
  }
}

function lineOf(connection: Connection): ControlLine {
  return {
    address: connection.remoteAddr.toString(),
    direction: connection.direction === "inbound" ? "in" : "out",
    open: async (protocol) =>
      controlStream(await connection.newStream(protocol)),
  };
}

/** Says that so many bytes were read. */
function credit(bytes: number): Uint8Array {
  const content = new Uint8Array(CREDIT_BYTES);
  new DataView(content.buffer).setUint32(0, bytes, true);
  return frame(content);
}

/** The peer id at the end of a multiaddr. */
function peerIn(address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1];
}
