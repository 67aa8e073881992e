import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Signer } from "../../platform/mod.ts";
import { CLASSES } from "../channels.ts";
import { withDeadline } from "../deadline.ts";
import type { KnownRecord } from "../record.ts";
import { Acceptor, type AcceptorParts } from "./acceptor.ts";
import { authenticate, type AuthParts } from "./auth.ts";
import { type OwnCertificate, SERVER_NAME } from "./certificate.ts";
import { duplexOf, Link } from "./link.ts";
import type { NetworkConfig } from "./types.ts";

const ALPN = "rustorium/1";
/** One-way streams of a peer: one for each class, and one that is just being replaced. */
const STREAMS_MAX = CLASSES.length + 1;

export interface EndpointParts
  extends AuthParts, Omit<AcceptorParts, "certificateHash" | "timeoutMs"> {
  signer: Signer;
  config: NetworkConfig;
  certificate: OwnCertificate;
  /** The own record, once it is known. */
  own(): Uint8Array;
}

/** The UDP port of the data plane: accepts peers and dials them. */
export class Endpoint {
  readonly #parts: EndpointParts;
  readonly #endpoint: Deno.QuicEndpoint;
  readonly #listener: Deno.QuicListener;

  /** @throws PORT_IN_USE */
  constructor(
    { host, port }: { host: string; port: number },
    parts: EndpointParts,
  ) {
    this.#parts = parts;
    try {
      this.#endpoint = new Deno.QuicEndpoint({ hostname: host, port });
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
    return this.#endpoint.addr.port;
  }

  /** @throws PEER_UNREACHABLE, PEER_OTHER_CHAIN, PEER_REFUSED */
  async dial(record: KnownRecord): Promise<Link> {
    let failure: unknown;
    for (const host of record.hosts) {
      try {
        return await this.#dialHost(host, record);
      } catch (thrown) {
        failure = thrown;
      }
    }
    throw failure ?? fault(ErrorCode.PEER_UNREACHABLE, { peer: record.id });
  }

  close(): void {
    this.#listener.stop();
    this.#endpoint.close({ closeCode: 0, reason: "closing" });
  }

  async #dialHost(host: string, record: KnownRecord): Promise<Link> {
    const { clock, config, own } = this.#parts;
    const { certificateHash } = record;
    const late = () => fault(ErrorCode.PEER_TIMEOUT, { peer: record.id });
    const connection = await withDeadline(
      clock,
      config.handshake_timeout_ms,
      this.#connect(host, record),
      late,
      (one) => one.close(),
    );
    try {
      const stream = duplexOf(await connection.createBidirectionalStream());
      await withDeadline(
        clock,
        config.handshake_timeout_ms,
        authenticate(stream, { ...this.#parts, certificateHash, own: own() }),
        late,
      );
      const questions = connection.incomingBidirectionalStreams.getReader();
      return new Link(connection, questions, "out");
    } catch (thrown) {
      connection.close({ closeCode: 1, reason: "not admitted" });
      throw thrown;
    }
  }

  async #connect(host: string, record: KnownRecord): Promise<Deno.QuicConn> {
    const options = {
      hostname: host,
      port: record.dataPort,
      serverName: SERVER_NAME,
      alpnProtocols: [ALPN],
      endpoint: this.#endpoint,
      // Not in Deno's types; pins exactly this certificate.
      serverCertificateHashes: [
        { algorithm: "sha-256", value: record.certificateHash },
      ],
      ...this.#transport(),
    };
    return await Deno.connectQuic(options);
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
