import type { Connection } from "@libp2p/interface";
import { added, type Counts, NO_COUNTS, plus } from "../metrics.ts";
import { pathOf } from "./mend.ts";
import { type ControlLine, ControlPeer } from "./peer.ts";
import { kindOf } from "./protocols.ts";
import { controlStream } from "./stream.ts";

/** The connected nodes of our chain, each by the connection over which it said hello last. */
export class Roster {
  readonly #protocol: string;
  readonly #peers = new Map<
    string,
    { peer: ControlPeer; connection: Connection }
  >();

  #past = NO_COUNTS;

  /** `protocol` is that of messages. */
  constructor(protocol: string) {
    this.#protocol = protocol;
  }

  get size(): number {
    return this.#peers.size;
  }

  /** Of connections that are no more. */
  get past(): Counts {
    return this.#past;
  }

  all(): ControlPeer[] {
    return [...this.#peers.values()].map(({ peer }) => peer);
  }

  get(id: string): ControlPeer | undefined {
    return this.#peers.get(id)?.peer;
  }

  has(id: string): boolean {
    return this.#peers.has(id);
  }

  /** It takes the place of an earlier connection, which is given; the other side may use that still. */
  add(connection: Connection): Connection | undefined {
    const id = connection.remotePeer.toString();
    const known = this.#peers.get(id);
    if (known?.connection === connection) return undefined;
    this.#retire(known?.peer);
    const peer = new ControlPeer(id, lineOf(connection), this.#protocol);
    this.#peers.set(id, { peer, connection });
    return known?.connection;
  }

  /** Whether a peer is lost with the connection. */
  remove(connection: Connection): boolean {
    const id = connection.remotePeer.toString();
    const known = this.#peers.get(id);
    if (known?.connection !== connection) return false;
    this.#retire(known.peer);
    return this.#peers.delete(id);
  }

  close(): void {
    for (const peer of this.all()) peer.close();
    this.#peers.clear();
  }

  #retire(peer: ControlPeer | undefined): void {
    if (!peer) return;
    peer.close();
    this.#past = plus(this.#past, peer.traffic());
  }
}

function lineOf(connection: Connection): ControlLine {
  return {
    address: connection.remoteAddr.toString(),
    direction: connection.direction === "inbound" ? "in" : "out",
    open: async (protocol) =>
      controlStream(await connection.newStream(protocol)),
    state: () => ({
      ...pathOf(connection),
      streams: added(
        connection.streams.map(({ protocol }) => ({ [kindOf(protocol)]: 1 })),
      ),
    }),
  };
}
