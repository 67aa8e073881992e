import type { Multiaddr } from "@multiformats/multiaddr";
import type { MultiaddrConnection, PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { ErrorCode, fault } from "../../errors/mod.ts";
import {
  type Arrival,
  type Clock,
  type End,
  type Internet,
  seedSigner,
  type Socket,
  type Terms,
} from "../../platform/mod.ts";
import type { Carriers } from "../carriers.ts";
import { gater } from "../control/gater.ts";
import type { ControlNode } from "../control/node.ts";
import { withDeadline } from "../deadline.ts";
import { peerIdOf } from "../identity.ts";
import { VirtualConnection } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { VirtualPubsub } from "./pubsub.ts";
import type { VirtualStream } from "./stream.ts";

type Options = Parameters<Carriers["startNode"]>[0];
type Handler = (stream: VirtualStream, connection: VirtualConnection) => void;
type PubsubMessage = Parameters<VirtualPubsub["hear"]>[1];

const ADDRESS = /^\/ip4\/([\d.]+)\/udp\/(\d+)\/quic-v1(?:\/p2p\/(\w+))?$/;
/** The control plane's QUIC has no bound of one-way streams: there are none. */
const ONE_WAY_MAX = 0;
/** Of all protocols together; each has its own bound. */
const STREAMS_MAX = 1_024;

/** A libp2p node in virtual time, as far as it is used. */
export class VirtualNode extends Emitter {
  readonly peerId: PeerId;
  readonly services: { pubsub: VirtualPubsub };
  readonly #options: Options;
  readonly #clock: Clock;
  readonly #socket: Socket;
  readonly #terms: Terms;
  readonly #gater;
  readonly #handlers = new Map<string, Handler>();
  readonly #connections = new Set<VirtualConnection>();
  /** Dials that are under way, by the id. */
  readonly #dials = new Map<string, Promise<VirtualConnection>>();

  constructor(options: Options, internet: Internet, clock: Clock) {
    super();
    const { seed, listen: { host, port }, config, guarded } = options;
    this.#options = options;
    this.#clock = clock;
    this.peerId = peerIdFromString(peerIdOf(seedSigner(seed).publicKey));
    this.services = {
      pubsub: new VirtualPubsub(clock, (...passed) => this.#pass(...passed)),
    };
    this.#gater = gater(guarded, (id) => this.#connected(id).length);
    this.#terms = {
      idleMs: config.idle_timeout_ms,
      keepAliveMs: config.keep_alive_interval_ms,
      streamsMax: { one: ONE_WAY_MAX, two: STREAMS_MAX },
    };
    const socket = internet.bind({ host, port }, (one) => this.#hear(one));
    if (!socket) throw fault(ErrorCode.PORT_IN_USE, { host, port });
    this.#socket = socket;
  }

  asNode(): ControlNode {
    return this as unknown as ControlNode;
  }

  getMultiaddrs(): string[] {
    const { host, port } = this.#socket.address;
    return [`/ip4/${host}/udp/${port}/quic-v1/p2p/${this.peerId}`];
  }

  handle(protocol: string, handler: Handler): Promise<void> {
    this.#handlers.set(protocol, handler);
    return Promise.resolve();
  }

  /** A connection that is there already is as good. */
  dial(addresses: readonly Multiaddr[]): Promise<VirtualConnection> {
    const ways = addresses.map((one) => ADDRESS.exec(one.toString()) ?? []);
    const id = ways[0]?.[3];
    if (id === undefined) return this.#dial(ways);
    const [known] = this.#connected(id);
    if (known) return Promise.resolve(known);
    const dialling = this.#dials.get(id) ??
      this.#dial(ways).finally(() => this.#dials.delete(id));
    this.#dials.set(id, dialling);
    return dialling;
  }

  async hangUp(id: PeerId): Promise<void> {
    for (const one of this.#connected(id.toString())) await one.close();
  }

  stop(): Promise<void> {
    this.#socket.close({ code: 0, reason: "stopped" });
    return Promise.resolve();
  }

  async #dial(ways: readonly string[][]): Promise<VirtualConnection> {
    const { config } = this.#options;
    const late = () => fault(ErrorCode.PEER_TIMEOUT, "dial");
    let failure: unknown = fault(ErrorCode.PEER_UNREACHABLE);
    for (const [, host = "", port, wanted] of ways) {
      const { end, made } = this.#socket.connect(
        { host, port: Number(port) },
        this.#terms,
        this.peerId,
      );
      try {
        const id = await withDeadline(
          this.#clock,
          config.handshake_timeout_ms,
          made,
          late,
        ) as PeerId;
        if (wanted !== undefined && id.toString() !== wanted) {
          throw fault(ErrorCode.PEER_UNREACHABLE, { wanted, found: `${id}` });
        }
        return this.#add(end, id, "outbound");
      } catch (thrown) {
        end.close({ code: 1, reason: "given up" });
        failure = thrown;
      }
    }
    throw failure;
  }

  /** Whoever is not let in hears so once the handshake is over. */
  async #hear({ hello, accept }: Arrival): Promise<void> {
    const id = hello as PeerId;
    const { end, shaken } = accept(this.peerId);
    const { host, port } = end.remote;
    const over = end.closed.catch(() => undefined);
    const line = {
      remoteAddr: `/ip4/${host}/udp/${port}/quic-v1`,
      addEventListener: (_: string, left: () => void) => over.then(left),
    } as unknown as MultiaddrConnection;
    const isDenied = this.#gater.denyInboundConnection!(line);
    await shaken;
    if (end.isOver) return;
    if (
      await isDenied ||
      await this.#gater.denyInboundEncryptedConnection!(id, line)
    ) {
      return end.close({ code: 1, reason: "denied" });
    }
    this.#add(end, id, "inbound");
  }

  #add(
    end: End,
    remotePeer: PeerId,
    direction: "inbound" | "outbound",
  ): VirtualConnection {
    const { guarded, config } = this.#options;
    const connection = new VirtualConnection({
      ...{ end, remotePeer, direction },
      paces: guarded.limits,
      streamsMax: config.quic.max_concurrent_streams,
      onStream: (stream, by) => {
        const handler = this.#handlers.get(stream.protocol);
        handler?.(stream, by);
        return handler !== undefined;
      },
    });
    this.#connections.add(connection);
    end.onWord = (word) =>
      this.services.pubsub.hear(remotePeer, word as PubsubMessage);
    const over = () => {
      this.#connections.delete(connection);
      this.emit("connection:close", { detail: connection });
    };
    end.closed.then(over, over);
    this.emit("connection:open", { detail: connection });
    return connection;
  }

  #connected(id: string): VirtualConnection[] {
    return [...this.#connections].filter(({ status, remotePeer }) =>
      status === "open" && remotePeer.toString() === id
    );
  }

  #pass(message: PubsubMessage, isTo: (id: string) => boolean): void {
    const told = new Set<string>();
    for (const { end, remotePeer } of this.#connections) {
      const id = remotePeer.toString();
      if (told.has(id) || !isTo(id)) continue;
      told.add(id);
      end.say(message);
    }
  }
}
