import type {
  Arrival,
  End,
  Internet,
  Random,
  Socket,
  Terms,
} from "../../platform/mod.ts";
import type { Quic, QuicDial, QuicPort } from "../data/quic.ts";
import { Queue } from "./queue.ts";
import { quicStream, readable, writable } from "./quic_stream.ts";

const HASH_BYTES = 32;
/** Made once: where an error is made it holds on to whoever made it. */
const OVER = new Error("the connection is over");

/** The platform's QUIC in virtual time, as far as the data plane uses it; certificates are nothing but their hashes. */
export function virtualQuic(
  { internet, random }: { internet: Internet; random: Random },
): Quic {
  return {
    certificate() {
      const hash = random.bytes(HASH_BYTES);
      return Promise.resolve({ cert: hash.toHex(), key: "", hash });
    },
    open({ hostname, port }) {
      const arrivals = new Queue<Arrival>();
      const address = { host: hostname, port };
      const socket = internet.bind(address, (one) => arrivals.push(one));
      if (!socket) throw new Deno.errors.AddrInUse();
      return portOf(socket, arrivals);
    },
  };
}

function portOf(socket: Socket, arrivals: Queue<Arrival>): QuicPort {
  /** Servers with which a handshake was made before. */
  const known = new Set<string>();
  return {
    port: socket.address.port,
    listen: ({ cert }) => ({
      incoming: async () => incomingOf(await arrivals.next(), cert),
      stop: () => arrivals.fail(new Error("stopped")),
    }),
    connect: (dial) => connect(socket, dial, known),
    close: ({ closeCode = 0, reason = "" }) =>
      socket.close({ code: closeCode, reason }),
  };
}

function connect(
  socket: Socket,
  dial: QuicDial,
  known: Set<string>,
): Deno.QuicConn | Promise<Deno.QuicConn> {
  const { hostname, port, serverName = "", zeroRtt } = dial;
  const { end, made } = socket.connect(
    { host: hostname, port },
    termsOf(dial),
    serverName,
  );
  const [pinned] = dial.serverCertificateHashes;
  const checked = made.then((shown) => {
    if (shown !== pinned?.value.toHex()) {
      end.close({ code: 1, reason: "another certificate" });
      throw new Error("another certificate than the pinned one");
    }
    known.add(serverName);
  });
  checked.catch(() => undefined);
  const connection = new VirtualConnection(end, checked);
  return zeroRtt && known.has(serverName)
    ? connection.asConn()
    : checked.then(() => connection.asConn());
}

function termsOf(options: Deno.QuicTransportOptions): Terms {
  return {
    idleMs: options.maxIdleTimeout!,
    keepAliveMs: options.keepAliveInterval!,
    streamsMax: {
      two: options.maxConcurrentBidirectionalStreams!,
      one: options.maxConcurrentUnidirectionalStreams!,
    },
  };
}

function incomingOf(
  { remote, accept }: Arrival,
  own: string,
): Deno.QuicIncoming {
  const incoming = {
    remoteAddr: netAddrOf(remote),
    ignore() {},
    accept() {
      const { end, shaken } = accept(own);
      return new VirtualConnection(end, shaken).asConn();
    },
  };
  return incoming as unknown as Deno.QuicIncoming;
}

function netAddrOf({ host, port }: { host: string; port: number }) {
  return { transport: "udp", hostname: host, port } as const;
}

/** A connection as the platform's QUIC gives it, as far as that is used. */
class VirtualConnection {
  readonly handshake: Promise<void>;
  readonly closed: Promise<Deno.QuicCloseInfo>;
  readonly remoteAddr: Deno.NetAddr;
  readonly incomingBidirectionalStreams;
  readonly incomingUnidirectionalStreams;
  readonly #end: End;

  constructor(end: End, handshake: Promise<void>) {
    const two = new Queue<Deno.QuicBidirectionalStream>();
    const one = new Queue<Deno.QuicReceiveStream>();
    this.#end = end;
    this.handshake = handshake;
    this.remoteAddr = netAddrOf(end.remote);
    this.closed = end.closed.then(({ code, reason }) => ({
      ...{ closeCode: code, reason },
    }));
    this.closed.catch(() => undefined);
    const over = () => {
      two.fail(OVER);
      one.fail(OVER);
    };
    end.closed.then(over, over);
    end.onStream = (stream) => {
      if (stream.output) two.push(quicStream(stream));
      else one.push(readable(stream.input!));
    };
    this.incomingBidirectionalStreams = {
      getReader: () => ({
        read: async () => ({ done: false, value: await two.next() }),
      }),
    };
    this.incomingUnidirectionalStreams = {
      async *[Symbol.asyncIterator]() {
        while (true) yield await one.next();
      },
    };
  }

  asConn(): Deno.QuicConn {
    return this as unknown as Deno.QuicConn;
  }

  async createBidirectionalStream() {
    return quicStream(await this.#end.open("", "two"));
  }

  async createUnidirectionalStream() {
    const { output } = await this.#end.open("", "one");
    return writable(output!);
  }

  close({ closeCode = 0, reason = "" }: Partial<Deno.QuicCloseInfo> = {}) {
    this.#end.close({ code: closeCode, reason });
  }
}
