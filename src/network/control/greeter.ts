import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock } from "../../platform/mod.ts";
import type { NetworkConfig } from "../data/types.ts";
import { withDeadline } from "../deadline.ts";
import {
  type Greeting,
  hearHello,
  type HelloParts,
  sayHello,
} from "./hello.ts";
import type { KnownRecord } from "../record.ts";
import type { Roster } from "./roster.ts";
import { controlStream } from "./stream.ts";

export interface GreeterParts {
  node: Libp2p;
  clock: Clock;
  config: NetworkConfig;
  roster: Roster;
  /** The protocol of hellos. */
  protocol: string;
  hello: HelloParts;
  /** Whether a node may be a peer, by its id. */
  allows(id: string): boolean;
  /** Why it may not, by all that it says of itself, as an error code; 0: it may. */
  refusal(record: KnownRecord): number;
  /** The same of whoever dialled us and asks for a place. */
  admit(id: string, address: string): number;
  onGreeting(connection: Connection, greeting: Greeting): void;
  /** A node that has no room knows these. */
  onNamed(known: KnownRecord[], from: string): void;
}

/** Makes connections to nodes of our chain, and takes theirs. */
export class Greeter {
  readonly #parts: GreeterParts;
  /** Over which a hello came. */
  readonly #heard = new WeakSet<Connection>();
  /** Over which one is just being said. */
  readonly #meeting = new Map<Connection, Promise<void>>();

  constructor(parts: GreeterParts) {
    this.#parts = parts;
  }

  /** Dials addresses of one node and says hello; gives its id. Rejects when nobody answers, or when they refuse. */
  async dial(addresses: readonly string[]): Promise<string> {
    const { node, roster } = this.#parts;
    const connection = await node.dial(
      addresses.map((address) => multiaddr(address)),
    );
    const id = connection.remotePeer.toString();
    if (roster.has(id)) return id;
    // Two dials may lead to one connection, which takes one hello.
    const meeting = this.#meeting.get(connection) ??
      this.#meet(connection, id).finally(() =>
        this.#meeting.delete(connection)
      );
    this.#meeting.set(connection, meeting);
    await meeting;
    return id;
  }

  /** Answers the hello of whoever dialled us, one on each connection. @throws PEER_REFUSED, PEER_TIMEOUT */
  async hear(stream: Stream, connection: Connection): Promise<void> {
    const { clock, config, hello, onGreeting, refusal, admit } = this.#parts;
    const address = connection.remoteAddr.toString();
    const id = connection.remotePeer.toString();
    if (this.#heard.has(connection)) {
      throw fault(ErrorCode.PEER_REFUSED, { peer: id });
    }
    this.#heard.add(connection);
    await withDeadline(
      clock,
      config.handshake_timeout_ms,
      hearHello(controlStream(stream), id, hello, {
        refusal,
        admit: () => admit(id, address),
        welcome: (greeting) => onGreeting(connection, greeting),
      }),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: id }),
    );
  }

  async #meet(connection: Connection, id: string): Promise<void> {
    const { allows, refusal, onGreeting } = this.#parts;
    try {
      if (!allows(id)) throw fault(ErrorCode.PEER_REFUSED, { peer: id });
      const greeting = await this.#greet(connection, id);
      const reason = refusal(greeting.record);
      if (reason !== 0) throw fault(reason, { peer: id });
      onGreeting(connection, greeting);
    } catch (thrown) {
      await connection.close().catch(() => undefined);
      throw thrown;
    }
  }

  async #greet(connection: Connection, id: string): Promise<Greeting> {
    const { clock, config, hello, protocol, onNamed } = this.#parts;
    const greeting = async () => {
      const stream = await connection.newStream(protocol);
      return await sayHello(
        controlStream(stream),
        id,
        hello,
        (known) => onNamed(known, id),
      );
    };
    return await withDeadline(
      clock,
      config.handshake_timeout_ms,
      greeting(),
      () => fault(ErrorCode.PEER_TIMEOUT, { peer: id }),
    );
  }
}
