import type { Connection, Stream } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type {
  Clock,
  Log,
  Random,
  Resolver,
  Verdict,
} from "../../platform/types.ts";
import type { Book } from "../book.ts";
import { type Class, classOf } from "../channels.ts";
import type { NetworkConfig } from "../data/types.ts";
import { withDeadline, withSignal } from "../deadline.ts";
import { Dials } from "../dials.ts";
import { answer, ask } from "../exchange.ts";
import { contentOf, isMalformed, namedFrame } from "../frames.ts";
import type { Drops } from "../guard/drops.ts";
import type { PeerLimits } from "../guard/peer_limits.ts";
import { LIMITS } from "../limits.ts";
import type { Counts, DialOutcomes } from "../metrics.ts";
import type { Deed } from "../peers/scores.ts";
import type { KnownRecord } from "../record.ts";
import { hearOf } from "./discovery.ts";
import { Finder } from "./finder.ts";
import { Gossip } from "./gossip.ts";
import { Greeter } from "./greeter.ts";
import { Guests } from "./guests.ts";
import type { Greeting } from "./hello.ts";
import { readMessages } from "./messages.ts";
import { encodePeers, Neighbours } from "./neighbours.ts";
import type { ControlNode } from "./node.ts";
import type { ControlPeer } from "./peer.ts";
import { type Protocols, protocolsOf } from "./protocols.ts";
import { RECORD_CHANNEL, Records } from "./records.ts";
import { Roster } from "./roster.ts";
import { controlStream } from "./stream.ts";

export interface ControlParts {
  node: ControlNode;
  chainId: string;
  genesisHash: Uint8Array;
  clock: Clock;
  random: Random;
  log: Log;
  resolver: Resolver;
  config: NetworkConfig;
  book: Book;
  bootstrap: readonly string[];
  /** Peers to be always connected with. */
  persistent: readonly string[];
  /** Whether a node may be a peer at all. */
  allows(id: string): boolean;
  /** Why it may not, by all that it says of itself, as an error code; 0: it may. */
  refusal(record: KnownRecord): number;
  /** The same of whoever dialled us and asks for a place. */
  admit(id: string, address: string): number;
  /** Whether there is a place for one more that is dialled. */
  hasRoom(): boolean;
  groupOf(address: string): string | undefined;
  isAnchor(id: string): boolean;
  /** Whether others may hear of a node. */
  isTold(id: string): boolean;
  onDeed(id: string, deed: Deed): void;
  limits: PeerLimits;
  drops: Drops;
  /** Something that honest nodes seldom do came from an address. */
  onOffence(address: string, what: string): void;
  /** Encoding of the own `SignedPeerRecord`. */
  own(): Uint8Array;
  /** Something new is known of a node. */
  onRecord(record: KnownRecord): void;
  /** Somebody was met. */
  onMet(record: KnownRecord): void;
  onPeers(): void;
  onMessage(from: string, channel: string, body: Uint8Array): void;
  onRequest(from: string, topic: string, body: Uint8Array): Promise<Uint8Array>;
  /** Whether a message that came by gossip is passed on. */
  judge(channel: string, body: Uint8Array): Verdict;
  /** A message of somebody came by way of the peer `from`. */
  onGossip(from: string, channel: string, body: Uint8Array): void;
}

/** Never leaves this plane: peers of peers. */
const NEIGHBOURS_CHANNEL = "neighbours";

/** Who is who: finds nodes of the chain, passes on how they are reached, and carries messages where the data plane does not. */
export class ControlPlane {
  readonly #parts: ControlParts;
  readonly #protocols: Protocols;
  readonly #roster: Roster;
  readonly #greeter: Greeter;
  readonly #finder: Finder;
  readonly #records: Records;
  readonly #gossip: Gossip;
  readonly #neighbours: Neighbours;
  readonly #dials = new Dials();
  readonly #guests: Guests;
  /** What was told last of the own peers. */
  #told = namedFrame(NEIGHBOURS_CHANNEL, new Uint8Array());

  constructor(parts: ControlParts) {
    const { node, chainId, genesisHash, book, own, clock } = parts;
    const ownId = node.peerId.toString();
    this.#parts = parts;
    this.#protocols = protocolsOf(chainId);
    this.#roster = new Roster(this.#protocols.message);
    this.#neighbours = new Neighbours(ownId);
    this.#guests = new Guests(parts.drops);
    this.#greeter = new Greeter({
      ...parts,
      roster: this.#roster,
      protocol: this.#protocols.record,
      hello: {
        ...{ genesisHash, book, own, isTold: parts.isTold },
        nowMs: () => clock.now(),
      },
      onGreeting: (connection, greeting) => this.#welcome(connection, greeting),
      onNamed: (known, from) => this.#learn(known, from),
    });
    this.#finder = new Finder({
      ...parts,
      ...{ ownId, roster: this.#roster },
      connect: (addresses) => this.#dials.count(this.#greeter.dial(addresses)),
    });
    this.#records = new Records({
      ...parts,
      peers: () => this.#roster.all(),
      onRecord: (record) => {
        parts.onRecord(record);
        this.#finder.learn(record);
      },
    });
    this.#gossip = new Gossip({
      ...parts,
      pubsub: node.services.pubsub,
      topic: this.#protocols.gossip,
      isPeer: (id) => this.#roster.has(id),
      isHeard: (id) => parts.limits.gossip(id),
      onMessage: parts.onGossip,
    });
  }

  async start(): Promise<void> {
    const { node, bootstrap, persistent, book } = this.#parts;
    const { record, message, request } = this.#protocols;
    await this.#handle(record, (stream, by) => this.#greeter.hear(stream, by));
    await this.#handle(message, (stream, by) => this.#read(stream, by));
    await this.#handle(request, (stream, by) => this.#answer(stream, by));
    node.addEventListener("connection:open", ({ detail }) => {
      this.#guests.enter(detail);
    });
    node.addEventListener("connection:close", ({ detail }) => {
      this.#guests.leave(detail);
      this.#lose(detail);
    });
    this.#gossip.start();
    book.onForget = (id) => this.#finder.forget(id);
    const known = book.latest(LIMITS.knownPeersMax);
    this.#finder.start(bootstrap, persistent, known);
    for (const record of known) this.#parts.onRecord(record);
    hearOf(node, (id, addresses) => this.#finder.hear(id, addresses));
  }

  /** Ends what connects a node, whoever it is. */
  drop(id: string): void {
    this.#parts.node.hangUp(peerIdFromString(id)).catch((error) =>
      this.#parts.log.debug("a connection did not end", { peer: id, error })
    );
  }

  peers(): ControlPeer[] {
    return this.#roster.all();
  }

  peer(id: string): ControlPeer | undefined {
    return this.#roster.get(id);
  }

  has(id: string): boolean {
    return this.#roster.has(id);
  }

  /** What is counted besides the peers. */
  totals(): {
    past: Counts;
    dials: DialOutcomes;
    drops: Record<string, number>;
  } {
    return {
      past: this.#roster.past,
      dials: this.#dials.outcomes,
      drops: { ...this.#gossip.drops, ...this.#parts.drops.all() },
    };
  }

  send(to: string, of: Class, frame: Uint8Array): void {
    this.#roster.get(to)?.send(of, frame);
  }

  /** Hands a named frame to the peers, for them to pass on. */
  publish(frame: Uint8Array): void {
    this.#gossip.publish(contentOf(frame));
  }

  /** Whether a node is connected to a peer that is none itself, by the peers as they were told of last. */
  get reachesBeyond(): boolean {
    return this.#neighbours.reachBeyond;
  }

  /** Tells the peers who is connected to this node, by either plane. */
  tellPeers(peers: readonly string[]): void {
    const { isTold } = this.#parts;
    this.#neighbours.meet(peers);
    this.#told = namedFrame(NEIGHBOURS_CHANNEL, encodePeers(peers, isTold));
    for (const peer of this.#roster.all()) peer.send(1, this.#told);
  }

  async request(
    to: string,
    topic: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const peer = this.#roster.get(to);
    if (!peer) throw fault(ErrorCode.PEER_UNREACHABLE, { peer: to });
    const work = async (signal: AbortSignal) => {
      const stream = await peer.line.open(this.#protocols.request);
      return await ask(stream, topic, body, signal);
    };
    return await withSignal(
      this.#parts.clock,
      timeoutMs,
      work,
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: to, topic }),
    );
  }

  async stop(): Promise<void> {
    this.#finder.close();
    this.#roster.close();
    await withDeadline(
      this.#parts.clock,
      LIMITS.stopMsMax,
      Promise.resolve(this.#parts.node.stop()),
      () => new Error("libp2p did not end in time"),
    );
  }

  async #handle(
    protocol: string,
    handler: (stream: Stream, connection: Connection) => Promise<void>,
  ): Promise<void> {
    const { node, config } = this.#parts;
    await node.handle(protocol, (stream, connection) => {
      handler(stream, connection).catch((thrown) => {
        if (isMalformed(thrown)) this.#blame(connection);
        stream.abort(thrown);
      });
    }, {
      maxInboundStreams: config.quic.max_concurrent_streams,
      maxOutboundStreams: config.quic.max_concurrent_streams,
    });
  }

  #blame({ remotePeer, remoteAddr }: Connection): void {
    this.#parts.drops.count("malformed");
    this.#parts.onDeed(remotePeer.toString(), "invalid");
    this.#parts.onOffence(remoteAddr.toString(), "sends what is malformed");
  }

  #welcome(connection: Connection, { record, known }: Greeting): void {
    if (connection.status !== "open") return;
    const { log, onPeers } = this.#parts;
    const { id } = record;
    const replaced = this.#roster.add(connection);
    this.#guests.leave(connection);
    if (replaced?.status === "open") this.#guests.enter(replaced);
    log.info("peer connected", { peer: id, direction: connection.direction });
    this.#learn([record, ...known], id);
    this.#parts.onMet(record);
    this.#roster.get(id)?.send(1, this.#told);
    onPeers();
  }

  /** What is new is told to the other peers. */
  #learn(records: readonly KnownRecord[], from: string): void {
    for (const record of records) this.#records.learn(record, from);
  }

  #lose(connection: Connection): void {
    const id = connection.remotePeer.toString();
    if (this.#roster.remove(connection)) {
      this.#neighbours.forget(id);
      this.#parts.log.info("peer lost", { peer: id });
      this.#parts.onPeers();
    }
    this.#finder.lost(id);
  }

  async #read(stream: Stream, connection: Connection): Promise<void> {
    const from = connection.remotePeer.toString();
    await readMessages(controlStream(stream), (name, body, bytes) => {
      const peer = this.#roster.get(from);
      if (!peer) throw fault(ErrorCode.PEER_REFUSED, { peer: from });
      peer.receivedBytes += bytes;
      if (name === RECORD_CHANNEL) this.#records.hear(body, from);
      else if (name === NEIGHBOURS_CHANNEL) this.#neighbours.hear(from, body);
      else this.#parts.onMessage(from, name, body);
      return this.#parts.limits.message(from, classOf(name), bytes);
    });
  }

  async #answer(stream: Stream, connection: Connection): Promise<void> {
    const { limits, onRequest } = this.#parts;
    const from = connection.remotePeer.toString();
    if (!this.#roster.has(from)) {
      throw fault(ErrorCode.PEER_REFUSED, { peer: from });
    }
    await limits.question(
      from,
      (memory) =>
        answer(
          controlStream(stream),
          memory,
          (topic, body) => onRequest(from, topic, body),
        ),
    );
  }
}
