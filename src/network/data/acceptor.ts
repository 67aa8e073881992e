import { ErrorCode, fault, isFault } from "../../errors/mod.ts";
import type { Clock, Log } from "../../platform/mod.ts";
import { withDeadline } from "../deadline.ts";
import { isMalformed } from "../frames.ts";
import { Buckets } from "../guard/buckets.ts";
import type { Drops } from "../guard/drops.ts";
import type { Guard } from "../guard/guard.ts";
import { Places } from "../guard/places.ts";
import { spansOf } from "../guard/spans.ts";
import { WaitingRoom } from "../guard/waiting_room.ts";
import { LIMITS } from "../limits.ts";
import { hostIn } from "../peers/groups.ts";
import type { KnownRecord } from "../record.ts";
import { admitClient, type AuthParts } from "./auth.ts";
import { duplexOf, Link } from "./link.ts";
import { Tickets } from "./tickets.ts";

export interface AcceptorParts extends AuthParts {
  log: Log;
  /** Of this node; the client has pinned it. */
  certificateHash: Uint8Array;
  /** For a handshake, and once more for the authentication. */
  timeoutMs: number;
  guard: Guard;
  drops: Drops;
  /** Why this peer may not connect, as an error code; 0: it may. */
  admit(record: KnownRecord): number;
  /** A peer that was here before shows who it is again: what is harmless may be answered. */
  onEarly(record: KnownRecord, link: Link): void;
  onLink(record: KnownRecord, link: Link): void;
}

const STARTS = {
  perSecond: LIMITS.handshakesPerSecond,
  burst: LIMITS.handshakesPerSecond,
};
/** Lets the refusal reach the client before the connection ends. */
const REFUSAL_MS = 100;

/**
 * Takes the connections that come to the data plane's port. An address counts
 * once its handshake is over: before, anybody can write any address on a
 * datagram, so that nobody is blamed for it, and who is too slow is displaced.
 */
export class Acceptor {
  readonly #parts: AcceptorParts;
  readonly #listener: Pick<Deno.QuicListener, "incoming">;
  readonly #starts: Buckets;
  /** Those whose peer is not known yet, by subnet. */
  readonly #room = new WaitingRoom<Deno.QuicConn>(LIMITS.halfOpenMax);
  /** Connections that were taken, by peer. */
  readonly #peers = new Places();
  /** Of those who were here. */
  readonly #tickets: Tickets<KnownRecord>;

  constructor(
    listener: Pick<Deno.QuicListener, "incoming">,
    parts: AcceptorParts,
  ) {
    this.#parts = parts;
    this.#listener = listener;
    this.#starts = new Buckets(parts.clock, 1);
    this.#tickets = new Tickets(parts.clock);
  }

  /** Until the listener is stopped. Never waits for one handshake before it looks at the next. */
  async run(): Promise<void> {
    while (true) {
      let incoming: Deno.QuicIncoming;
      try {
        incoming = await this.#listener.incoming();
      } catch {
        return;
      }
      this.#begin(incoming);
    }
  }

  #begin(incoming: Deno.QuicIncoming): void {
    const { drops, guard } = this.#parts;
    if (this.#starts.take([{ name: "", rate: STARTS }])) {
      drops.count("handshakes");
      return incoming.ignore();
    }
    let connection: Deno.QuicConn;
    try {
      // Gives the address, and the means to end it, before the handshake is over.
      connection = incoming.accept({ zeroRtt: true });
    } catch {
      return; // It ended before.
    }
    const host = hostIn(connection.remoteAddr.hostname);
    if (guard.isBlocked(host)) {
      drops.count("blocked");
      return end(connection, "blocked");
    }
    this.#take(connection, host).catch((error) =>
      this.#parts.log.debug("data plane refused a connection", { error })
    );
  }

  async #take(connection: Deno.QuicConn, host: string): Promise<void> {
    const { clock, timeoutMs, guard, drops, onLink } = this.#parts;
    const { subnet } = spansOf(host);
    const displaced = this.#room.enter(subnet, connection);
    if (displaced) {
      drops.count("half_open");
      end(displaced, "others wait");
    }
    const late = () => fault(ErrorCode.PEER_TIMEOUT, "handshake");
    // From the first bytes on: who was here before need not wait for the handshake.
    const arriving = this.#authenticated(connection);
    arriving.catch(() => undefined);
    try {
      await withDeadline(clock, timeoutMs, shaken(connection, clock), late);
      const pass = guard.enter(host);
      if (!pass) throw fault(ErrorCode.PEER_REFUSED, "flood");
      connection.closed.finally(() => pass.leave()).catch(() => undefined);
      const { record, link } = await withDeadline(
        clock,
        timeoutMs,
        arriving,
        late,
      ).catch((thrown) => {
        if (this.#room.leave(subnet, connection)) this.#blame(host, thrown);
        throw thrown;
      });
      onLink(record, link);
    } catch (thrown) {
      clock.schedule(REFUSAL_MS, () => end(connection, "not admitted"));
      throw thrown;
    } finally {
      this.#room.leave(subnet, connection);
    }
  }

  async #authenticated(connection: Deno.QuicConn) {
    const { admit } = this.#parts;
    const streams = connection.incomingBidirectionalStreams.getReader();
    const { value } = await streams.read();
    if (!value) throw fault(ErrorCode.MESSAGE_MALFORMED, "nothing");
    const link = new Link(connection, streams, "in");
    const { record, ticket } = await admitClient(duplexOf(value), this.#parts, {
      admit: (record) => admit(record) || this.#hold(connection, record.id),
      onTicket: (shown) => this.#onTicket(shown, link),
    });
    this.#tickets.put(ticket, record);
    return { record, link };
  }

  /** A ticket serves once, so that nothing comes of a repeated one. */
  #onTicket(ticket: Uint8Array, link: Link): void {
    const record = this.#tickets.take(ticket);
    if (record && this.#parts.admit(record) === 0) {
      this.#parts.onEarly(record, link);
    }
  }

  /** Whether one peer has enough connections, as an error code. */
  #hold(connection: Deno.QuicConn, id: string): number {
    if (this.#peers.take([[id, LIMITS.connectionsOfPeerMax]]) !== undefined) {
      this.#parts.drops.count("peer_connections");
      return ErrorCode.PEER_REFUSED;
    }
    connection.closed.finally(() => this.#peers.give([id]))
      .catch(() => undefined);
    return 0;
  }

  /** Who was understood and refused is not to blame: it may not know better. */
  #blame(host: string, thrown: unknown): void {
    const { drops, guard } = this.#parts;
    if (isRefusal(thrown)) return;
    drops.count(isMalformed(thrown) ? "malformed" : "unknown");
    guard.offend(host, "does not say who it is");
  }
}

/** Resolves when the other side has proven its address. */
async function shaken(
  connection: Deno.QuicConn,
  clock: Clock,
): Promise<void> {
  let isOver = false;
  const over = connection.closed.catch(() => undefined)
    .then(() => isOver = true);
  await Promise.race([connection.handshake, over]);
  // A connection that was given up resolves its handshake too, in either order.
  await Promise.race([over, clock.sleep(0)]);
  if (isOver) throw fault(ErrorCode.PEER_UNREACHABLE, "no handshake");
}

function isRefusal(thrown: unknown): boolean {
  return isFault(thrown, ErrorCode.PEER_REFUSED) ||
    isFault(thrown, ErrorCode.PEER_OTHER_CHAIN);
}

function end(connection: Deno.QuicConn, reason: string): void {
  try {
    connection.close({ closeCode: 1, reason });
  } catch {
    // It has ended already.
  }
}
