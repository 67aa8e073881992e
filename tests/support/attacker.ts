/** Somebody who speaks to a node without being one: by libp2p and by QUIC, from an address of its own, and says whatever a test wants. */
import assert from "node:assert/strict";
import { quic } from "@chainsafe/libp2p-quic";
import { gossipsub, StrictNoSign } from "@libp2p/gossipsub";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import type { Connection } from "@libp2p/interface";
import { ping } from "@libp2p/ping";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { Book } from "../../src/network/book.ts";
import { sayHello } from "../../src/network/control/hello.ts";
import { protocolsOf } from "../../src/network/control/protocols.ts";
import { controlStream } from "../../src/network/control/stream.ts";
import { authenticate } from "../../src/network/data/auth.ts";
import { serverNameOf } from "../../src/network/data/certificate.ts";
import { duplexOf } from "../../src/network/data/link.ts";
import { answer, ask } from "../../src/network/exchange.ts";
import { type KnownRecord, signRecord } from "../../src/network/record.ts";
import {
  seedSigner,
  systemClock,
  systemRandom,
} from "../../src/platform/mod.ts";

/** The node that is attacked. */
export interface Target {
  chainId: string;
  genesisHash: Uint8Array;
  /** Where its control plane is, with its id. */
  p2p: string;
}

/** A libp2p node of a key that follows from the number. */
export async function openStranger(
  number: number,
  { chainId, genesisHash, p2p }: Target,
) {
  const seed = new Uint8Array(32).fill(7);
  new DataView(seed.buffer).setUint32(0, number);
  const signer = seedSigner(seed);
  const protocols = protocolsOf(chainId);
  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed("Ed25519", seed),
    transports: [quic()],
    connectionManager: { reconnectRetries: 0 },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        globalSignaturePolicy: StrictNoSign,
        allowPublishToZeroTopicPeers: true,
      }),
    },
  });
  const id = node.peerId.toString();
  const own = await signRecord(signer, genesisHash, {
    timeMs: Date.now(),
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
    dataPort: 1,
    certificateHash: new Uint8Array(32),
  });
  const book = new Book(id);
  /** Becomes a peer of the control plane; gives how the data plane is reached. */
  const greet = async (connection: Connection): Promise<KnownRecord> => {
    const target = connection.remotePeer.toString();
    const stream = await connection.newStream(protocols.record);
    const { record } = await sayHello(controlStream(stream), target, {
      ...{ genesisHash, book, own: () => own, nowMs: () => Date.now() },
      isTold: () => false,
    });
    return record;
  };
  /** A data connection from `host` that has shown who it is. */
  const link = async (record: KnownRecord, host = "127.0.0.1") => {
    const { connection, close } = await knock(record, host);
    answerPings(connection).catch(() => undefined);
    const stream = await connection.createBidirectionalStream();
    await authenticate(duplexOf(stream), {
      ...{ clock: systemClock(), random: systemRandom(), signer, genesisHash },
      ...{ certificateHash: record.certificateHash, own },
      ticket: new Uint8Array(),
    });
    return {
      ...{ connection, close },
      ask: async (topic: string, body: Uint8Array) =>
        await ask(
          duplexOf(
            await connection.createBidirectionalStream({
              waitUntilAvailable: true,
            }),
          ),
          topic,
          body,
        ),
    };
  };
  return {
    ...{ node, id, protocols, greet, link },
    dial: (address = p2p) => node.dial(multiaddr(address)),
    close: async () => await node.stop(),
  };
}

/** Else the node takes it for dead. */
async function answerPings(connection: Deno.QuicConn): Promise<void> {
  const unbounded = { take() {}, give() {} };
  for await (const stream of connection.incomingBidirectionalStreams) {
    answer(duplexOf(stream), unbounded, () => Promise.resolve(new Uint8Array()))
      .catch(() => undefined);
  }
}

/** A data connection from an address of this machine that has said nothing yet. */
export async function knock(record: KnownRecord, hostname: string) {
  const endpoint = new Deno.QuicEndpoint({ hostname, port: 0 });
  const close = () => endpoint.close({ closeCode: 0, reason: "" });
  try {
    const connection = await connectTo(endpoint, record, record.dataPort);
    return { connection, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** Begins so many handshakes at a port; ends them with what it gives. */
export function beginHandshakes(
  count: number,
  record: KnownRecord,
  { port, protocol }: { port: number; protocol?: string },
): () => void {
  const endpoint = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
  for (let n = 0; n < count; n++) {
    connectTo(endpoint, record, port, protocol).catch(() => undefined);
  }
  return () => endpoint.close({ closeCode: 0, reason: "" });
}

async function connectTo(
  endpoint: Deno.QuicEndpoint,
  { certificateHash }: KnownRecord,
  port: number,
  protocol = "rustorium/2",
): Promise<Deno.QuicConn> {
  const options = {
    ...{ hostname: "127.0.0.1", port, endpoint, alpnProtocols: [protocol] },
    serverName: serverNameOf(certificateHash),
    serverCertificateHashes: [
      { algorithm: "sha-256", value: certificateHash },
    ],
  };
  return await Deno.connectQuic(options);
}

/**
 * A UDP port that passes on what comes to it from `host`, an address of this
 * machine. `deaf`: what the node answers goes nowhere, so that no handshake
 * ends. For one talker at a time, unless it is deaf.
 */
export function relay(port: number, host: string, { deaf = false } = {}) {
  const open = (hostname: string) =>
    Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  const [near, far] = [open("127.0.0.1"), open(host)];
  let talker: Deno.Addr | undefined;
  const node = { transport: "udp", hostname: "127.0.0.1", port } as const;
  const run = async () => {
    for await (const [datagram, from] of near) {
      talker = from;
      await far.send(datagram, node).catch(() => 0);
    }
  };
  const back = async () => {
    for await (const [datagram] of far) {
      if (talker && !deaf) await near.send(datagram, talker).catch(() => 0);
    }
  };
  run().catch(() => undefined);
  back().catch(() => undefined);
  const { addr } = near;
  assert.ok(addr.transport === "udp");
  return {
    port: addr.port,
    close() {
      near.close();
      far.close();
    },
  };
}
