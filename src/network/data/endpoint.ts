import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import type { Signer } from "../../platform/mod.ts";
import { CLASSES } from "../channels.ts";
import { withDeadline } from "../deadline.ts";
import type { KnownRecord } from "../record.ts";
import { Acceptor, type AcceptorParts } from "./acceptor.ts";
import { authenticate, type AuthParts } from "./auth.ts";
import { type OwnCertificate, serverNameOf } from "./certificate.ts";
import { duplexOf, Link } from "./link.ts";
import { PLATFORM_QUIC, type Quic, type QuicPort } from "./quic.ts";
import { Tickets } from "./tickets.ts";
import type { NetworkConfig } from "./types.ts";

const ALPN = "rustorium/2";
/** One-way streams of a peer: one for each class, and one that is just being replaced. */
const STREAMS_MAX = CLASSES.length + 1;

export interface EndpointParts
  extends AuthParts, Omit<AcceptorParts, "certificateHash" | "timeoutMs"> {
  signer: Signer;
  config: NetworkConfig;
  certificate: OwnCertificate;
  /** The own record, once it is known. */
  own(): Uint8Array;
  /** That of the platform, where none is given. */
  quic?: Quic;
}

const NO_TICKET = new Uint8Array();

/** The UDP port of the data plane: accepts peers and dials them. */
export class Endpoint {
  readonly #parts: EndpointParts;
  readonly #endpoint: QuicPort;
  readonly #listener: ReturnType<QuicPort["listen"]>;
  /** By the certificate of the server that gave them. */
  readonly #held: Tickets<Uint8Array>;

  /** @throws PORT_IN_USE */
  constructor(
    { host, port }: { host: string; port: number },
    parts: EndpointParts,
  ) {
    this.#parts = parts;
    this.#held = new Tickets(parts.clock);
    try {
      const { quic = PLATFORM_QUIC } = parts;
      this.#endpoint = quic.open({ hostname: host, port });
    } catch (cause) {
      if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
      throw fault(ErrorCode.PORT_IN_USE, { host, port });
    }
    const { cert, key } = parts.certificate;
    this.#listener = this.#endpoint.listen({
      cert,
      key,
      alpnProtocols: [ALPN],
      ...this.#transport(),
    });
    new Acceptor(this.#listener, {
      ...parts,
      certificateHash: parts.certificate.hash,
      timeoutMs: parts.config.handshake_timeout_ms,
    }).run();
  }

  get port(): number {
    return this.#endpoint.port;
  }

  /**
   * Connects to a host of the record and shows who we are. To a server that knows
   * us from before, `onEarly` gets the connection without a round trip: for
   * questions that anybody may repeat, and of use only until this ends. Without
   * it the connection is one more beside others.
   *
   * @throws PEER_UNREACHABLE, PEER_OTHER_CHAIN, PEER_REFUSED
   */
  async dial(
    record: KnownRecord,
    host: string,
    onEarly?: (link: Link) => void,
  ): Promise<Link> {
    const { clock, config, own } = this.#parts;
    const { certificateHash } = record;
    const ticket = onEarly && this.#held.take(certificateHash);
    const late = () => fault(ErrorCode.PEER_TIMEOUT, { peer: record.id });
    const connecting = this.#connect(host, record, {
      isFurther: onEarly === undefined,
      zeroRtt: ticket !== undefined,
    });
    const isEarly = !(connecting instanceof Promise);
    const connection = isEarly ? connecting : await withDeadline(
      clock,
      config.handshake_timeout_ms,
      connecting,
      late,
      (one) => one.close(),
    );
    try {
      const stream = duplexOf(await connection.createBidirectionalStream());
      const questions = connection.incomingBidirectionalStreams.getReader();
      const link = new Link(connection, questions, "out");
      if (isEarly) onEarly?.(link);
      const next = await withDeadline(
        clock,
        config.handshake_timeout_ms,
        authenticate(stream, {
          ...this.#parts,
          ...{ certificateHash, own: own(), ticket: ticket ?? NO_TICKET },
        }),
        late,
      );
      this.#held.put(certificateHash, next);
      return link;
    } catch (thrown) {
      connection.close({ closeCode: 1, reason: "not admitted" });
      if (!isEarly || !ticket) throw thrown;
      // The server takes nothing early: without a ticket it is asked as a stranger asks.
      if (!isWord(thrown)) return await this.dial(record, host, onEarly);
      // It may never have arrived.
      this.#held.put(certificateHash, ticket);
      throw thrown;
    }
  }

  close(): void {
    this.#listener.stop();
    this.#endpoint.close({ closeCode: 0, reason: "closing" });
  }

  /** With `zeroRtt` the connection itself, where the server has left what that takes. */
  #connect(
    host: string,
    record: KnownRecord,
    { isFurther, zeroRtt }: { isFurther: boolean; zeroRtt: boolean },
  ): Deno.QuicConn | Promise<Deno.QuicConn> {
    return this.#endpoint.connect({
      hostname: host,
      port: record.dataPort,
      serverName: serverNameOf(record.certificateHash, isFurther),
      alpnProtocols: [ALPN],
      // Not in Deno's types; pins exactly this certificate.
      serverCertificateHashes: [
        { algorithm: "sha-256", value: record.certificateHash },
      ],
      zeroRtt,
      ...this.#transport(),
    });
  }

  #transport(): Deno.QuicTransportOptions {
    const { config } = this.#parts;
    return {
      keepAliveInterval: config.keep_alive_interval_ms,
      maxIdleTimeout: config.idle_timeout_ms,
      maxConcurrentBidirectionalStreams: config.quic.max_concurrent_streams,
      maxConcurrentUnidirectionalStreams: STREAMS_MAX,
      congestionControl: config.quic.congestion === "bbr"
        ? "low-latency"
        : "default",
    };
  }
}

/** Whether the other side has said no, or nothing. */
function isWord(thrown: unknown): boolean {
  return thrown instanceof RustoriumError &&
    thrown.code !== ErrorCode.MESSAGE_MALFORMED;
}
