import type { Connection } from "@libp2p/interface";
import { type ControlLine, ControlPeer } from "./peer.ts";
import { controlStream } from "./stream.ts";

/** The connected nodes of our chain, each by the connection over which it said hello last. */
export class Roster {
  readonly #protocol: string;
  readonly #peers = new Map<
    string,
    { peer: ControlPeer; connection: Connection }
  >();

  /** `protocol` is that of messages. */
  constructor(protocol: string) {
    this.#protocol = protocol;
  }

  get size(): number {
    return this.#peers.size;
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

  /** It takes the place of an earlier connection. */
  add(connection: Connection): void {
    const id = connection.remotePeer.toString();
    this.get(id)?.close();
    const peer = new ControlPeer(id, lineOf(connection), this.#protocol);
    this.#peers.set(id, { peer, connection });
  }

  /** Whether a peer is lost with the connection. */
  remove(connection: Connection): boolean {
    const id = connection.remotePeer.toString();
    const known = this.#peers.get(id);
    if (known?.connection !== connection) return false;
    known.peer.close();
    return this.#peers.delete(id);
  }

  close(): void {
    for (const peer of this.all()) peer.close();
    this.#peers.clear();
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
