import assert from "node:assert/strict";
import { quic } from "@chainsafe/libp2p-quic";
import { identify } from "@libp2p/identify";
import { ping } from "@libp2p/ping";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { frame, namedFrame } from "../frames.ts";
import { isMeshed, testNetwork, until } from "../testing/open.ts";

/** A libp2p node as any program may have one. */
function guest() {
  return createLibp2p({
    addresses: { listen: ["/ip4/127.0.0.1/udp/0/quic-v1"] },
    transports: [quic()],
    services: { identify: identify(), ping: ping() },
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
