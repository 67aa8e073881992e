/**
 * The libp2p-quic addon (2.1.1) with four defects mended from outside:
 * it accepts one connection at a time, reads in portions of 4 KiB, goes on
 * reading from the network when its stream is paused, and lets its writer wait
 * for the other side once and never again; and with a bound that it lacks, of
 * what each peer may send. What it measures of a connection and keeps
 * to itself is handed out. What is relied on here is not part of its interface,
 * so its version is fixed in deno.json.
 */
import { quic, type QuicOptions } from "@chainsafe/libp2p-quic";
import type {
  Connection,
  MultiaddrConnection,
  Stream,
  StreamMuxer,
  StreamMuxerFactory,
  Transport,
  Upgrader,
} from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import type { PeerLimits } from "../guard/peer_limits.ts";
import { acceptMany, type NativeServer } from "./accepts.ts";
import { Gate } from "./gate.ts";

interface NativeStream {
  id(): string;
  read(bytes: number): Promise<Uint8Array | null>;
}

interface NativeConnection {
  remoteMultiaddr(): string;
  inboundStream(): Promise<NativeStream>;
  outboundStream(): Promise<NativeStream>;
  /** Made anew by each call. */
  stats(): {
    /** Milliseconds. */
    pathRtt: number;
    pathSentPackets: number;
    pathLostPackets: number;
  };
}

type MuxerFactory = StreamMuxerFactory & {
  init: { connection: NativeConnection };
};

type PausableStream = Stream & {
  sendPause(): void;
  sendResume(): void;
  /** Of those who wait until more may be written. */
  onDrainPromise?: unknown;
};

const READ_BYTES = 65_536;

/** Each connection, by the address object that libp2p's takes over from it. */
const natives = new WeakMap<Multiaddr, NativeConnection>();

/** What QUIC measures of a connection. */
export function pathOf(
  { remoteAddr }: Pick<Connection, "remoteAddr">,
): { rttMs: number; packets: { sent: number; lost: number } } | undefined {
  const stats = natives.get(remoteAddr)?.stats();
  return stats && {
    rttMs: stats.pathRtt,
    packets: { sent: stats.pathSentPackets, lost: stats.pathLostPackets },
  };
}

/** How fast the other side of a connection may send. */
type Paces = Pick<PeerLimits, "line" | "stream">;

/** Like `quic()`. */
export function mendedQuic(paces: Paces, options: Partial<QuicOptions>) {
  const make = quic(options);
  return (components: Parameters<typeof make>[0]): Transport => {
    const transport = make(components);
    const dial = transport.dial.bind(transport);
    const createListener = transport.createListener.bind(transport);
    transport.dial = (address, dialOptions) =>
      dial(address, {
        ...dialOptions,
        upgrader: mendUpgrader(dialOptions.upgrader, paces),
      });
    transport.createListener = (listenOptions) => {
      const listener = createListener({
        ...listenOptions,
        upgrader: mendUpgrader(listenOptions.upgrader, paces),
      });
      mendListener(listener as never);
      return listener;
    };
    return transport;
  };
}

function mendListener(
  listener: {
    state: { listener: NativeServer };
    awaitInboundConnections(): Promise<void>;
  },
): void {
  const awaitConnections = listener.awaitInboundConnections.bind(listener);
  listener.awaitInboundConnections = () => {
    acceptMany(listener.state.listener);
    return awaitConnections();
  };
}

/** Both directions hand their connection to the upgrader: the one place to lay hands on it. */
function mendUpgrader(upgrader: Upgrader, paces: Paces): Upgrader {
  const mended = <T extends { muxerFactory?: StreamMuxerFactory }>(
    options: T,
  ): T => ({
    ...options,
    ...(options.muxerFactory && {
      muxerFactory: mendMuxers(options.muxerFactory as MuxerFactory, paces),
    }),
  });
  return {
    createInboundAbortSignal: (signal) =>
      upgrader.createInboundAbortSignal(signal),
    getStreamMuxers: () => upgrader.getStreamMuxers(),
    getConnectionEncrypters: () => upgrader.getConnectionEncrypters(),
    upgradeInbound: (connection, options) =>
      upgrader.upgradeInbound(connection, mended(options)),
    upgradeOutbound:
      ((connection: MultiaddrConnection, options: never) =>
        upgrader.upgradeOutbound(
          connection,
          mended(options),
        )) as Upgrader["upgradeOutbound"],
  };
}

function mendMuxers(factory: MuxerFactory, paces: Paces): StreamMuxerFactory {
  return {
    protocol: factory.protocol,
    createStreamMuxer(connection) {
      const { remoteAddr } = connection as MultiaddrConnection;
      natives.set(remoteAddr, factory.init.connection);
      const gates = mendStreams(factory.init.connection, paces);
      const muxer = factory.createStreamMuxer(connection);
      mendMuxer(muxer, gates);
      return muxer;
    },
  };
}

/** Reads large portions, only while the stream's gate is open, and no faster than the peer's pace. */
function mendStreams(
  connection: NativeConnection,
  paces: Paces,
): Map<string, Gate> {
  const gates = new Map<string, Gate>();
  const id = connection.remoteMultiaddr().split("/p2p/")[1] ?? "";
  const mend = (stream: NativeStream): NativeStream => {
    const gate = new Gate();
    gates.set(stream.id(), gate);
    const read = stream.read.bind(stream);
    stream.read = async () => {
      await gate.passed();
      const chunk = await read(READ_BYTES);
      const pause = chunk && paces.line(id, chunk.length);
      if (pause) await pause;
      return chunk;
    };
    return stream;
  };
  const inbound = connection.inboundStream.bind(connection);
  const outbound = connection.outboundStream.bind(connection);
  connection.inboundStream = async () => {
    const stream = mend(await inbound());
    const pause = paces.stream(id);
    if (pause) await pause;
    return stream;
  };
  connection.outboundStream = async () => mend(await outbound());
  return gates;
}

function mendMuxer(muxer: StreamMuxer, gates: Map<string, Gate>): void {
  const attach = (stream: PausableStream) => {
    const gate = gates.get(stream.id);
    if (!gate) return;
    stream.sendPause = () => gate.close();
    stream.sendResume = () => gate.open();
    // After the stream's own listener, which resolves it: whoever waits later waits for the next.
    stream.addEventListener("drain", () => stream.onDrainPromise = undefined);
    stream.addEventListener("close", () => {
      gate.open();
      gates.delete(stream.id);
    }, { once: true });
  };
  // The first listener, so that a stream is mended when others hear of it.
  muxer.addEventListener(
    "stream",
    (event) => attach(event.detail as PausableStream),
  );
  const createStream = muxer.createStream.bind(muxer);
  muxer.createStream = async (options) => {
    const stream = await createStream(options);
    attach(stream as PausableStream);
    return stream;
  };
}
