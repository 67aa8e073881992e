import assert from "node:assert/strict";
import { quic } from "@chainsafe/libp2p-quic";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import type { Connection } from "@libp2p/interface";
import { ping } from "@libp2p/ping";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { seedSigner } from "../../platform/mod.ts";
import { Book } from "../book.ts";
import { frame, namedFrame } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { signRecord } from "../record.ts";
import { isMeshed, testNetwork, until } from "../testing/open.ts";
import { sayHello } from "./hello.ts";
import { controlStream } from "./stream.ts";

const genesisHash = new Uint8Array(32).fill(1);
const seedOf = (number: number) => new Uint8Array(32).fill(number);

/** A libp2p node as any program may have one. */
async function guest(number = 9) {
  return await createLibp2p({
    privateKey: await generateKeyPairFromSeed("Ed25519", seedOf(number)),
    addresses: { listen: ["/ip4/127.0.0.1/udp/0/quic-v1"] },
    transports: [quic()],
    services: { identify: identify(), ping: ping() },
  });
}

/** Says hello as a node of the chain does. */
async function greet(number: number, connection: Connection) {
  const signer = seedSigner(seedOf(number));
  const own = await signRecord(signer, genesisHash, {
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
    ...{ timeMs: 1, dataPort: 9, certificateHash: new Uint8Array(32) },
  });
  const stream = await connection.newStream("/rustorium/test/record/1");
  await sayHello(controlStream(stream), connection.remotePeer.toString(), {
    ...{ genesisHash, book: new Book(""), own: () => own },
    nowMs: () => Date.now(),
    isTold: () => false,
  });
}

Deno.test("any libp2p node may dial, identify and ping, and is no peer", async () => {
  const network = await testNetwork(1);
  const node = await guest();
  try {
    const address = multiaddr(network.multiaddrs()[0]!);
    const identified = new Promise<string[]>((resolve) =>
      node.addEventListener(
        "peer:identify",
        ({ detail }) => resolve(detail.protocols),
      )
    );
    const connection = await node.dial(address);
    assert.equal(connection.remotePeer.toString(), network.id);
    assert.ok(await node.services.ping.ping(connection.remotePeer) >= 0);
    assert.ok((await identified).includes("/rustorium/test/record/1"));
    assert.deepEqual(network.peers(), []);
  } finally {
    await node.stop();
    await network.close();
  }
});

Deno.test("a guest that sends garbage, or messages without a hello, is not heard", async () => {
  const network = await testNetwork(1);
  const node = await guest();
  const heard: string[] = [];
  network.onMessage((_, channel) => heard.push(channel));
  network.onRequest("echo", (_, body) => {
    heard.push("echo");
    return Promise.resolve(body);
  });
  try {
    const connection = await node.dial(multiaddr(network.multiaddrs()[0]!));
    const garbage = crypto.getRandomValues(new Uint8Array(1_000));
    const sends: [string, Uint8Array][] = [
      ["record", garbage],
      ["record", frame(garbage)],
      ["record", Uint8Array.of(255, 255, 255, 255)],
      ["message", namedFrame("vote", garbage)],
      ["message", garbage],
      ["request", namedFrame("echo", garbage)],
    ];
    for (const [name, bytes] of sends) {
      const stream = await connection.newStream(`/rustorium/test/${name}/1`);
      const end = new Promise((resolve) =>
        stream.addEventListener("close", resolve)
      );
      stream.send(bytes);
      await stream.close().catch(() => undefined);
      await end;
    }
    assert.deepEqual(heard, []);
    assert.deepEqual(network.peers(), []);
    const friend = await testNetwork(2, { bootstrap: network.multiaddrs() });
    await until("mesh", () => isMeshed(friend, 1));
    await friend.close();
  } finally {
    await node.stop();
    await network.close();
  }
});

Deno.test("over one connection one hello is heard", async () => {
  const network = await testNetwork(1);
  const node = await guest(2);
  try {
    const connection = await node.dial(multiaddr(network.multiaddrs()[0]!));
    await greet(2, connection);
    assert.deepEqual(network.peers(), [node.peerId.toString()]);
    await assert.rejects(greet(2, connection));
    assert.deepEqual(network.peers(), [node.peerId.toString()]);
  } finally {
    await node.stop();
    await network.close();
  }
});

Deno.test("connections of peers that have newer ones take the places of guests", async () => {
  const network = await testNetwork(1);
  const address = multiaddr(network.multiaddrs()[0]!);
  const { connectionsOfPeerMax, guestsMax } = LIMITS;
  const count = Math.ceil((guestsMax + 1) / (connectionsOfPeerMax - 1));
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, n) => guest(2 + n)),
  );
  try {
    for (const [n, node] of nodes.entries()) {
      for (let made = 0; made < connectionsOfPeerMax; made++) {
        await greet(2 + n, await node.dial(address, { force: true }));
      }
    }
    assert.equal(network.peers().length, count);
    const { guests } = (await network.metrics()).drops;
    assert.ok(guests! > 0, `${guests}`);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await network.close();
  }
});
