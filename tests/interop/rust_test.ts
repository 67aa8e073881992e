/**
 * A node on rust-libp2p, from its crate, takes part in a chain's network: it is
 * dialled and dials, both sides identify and ping each other, and what either
 * gossips reaches nodes that only the other is connected with.
 */
import assert from "node:assert/strict";
import { multiaddr } from "@multiformats/multiaddr";
import { defaultConfig } from "../../src/config/mod.ts";
import { guardControl } from "../../src/network/control/guarded.ts";
import { startLibp2p } from "../../src/network/control/node.ts";
import { protocolsOf } from "../../src/network/control/protocols.ts";
import {
  type TestNetwork,
  testNetwork,
  until,
} from "../../src/network/testing/open.ts";
import { collectingLog, systemClock } from "../../src/platform/mod.ts";
import { BUILD_RUST, type RustNode, startRustNode } from "./rust_node.ts";
import { has, run } from "./tools.ts";

const CHAIN = { chainId: "test", genesisHash: new Uint8Array(32).fill(1) };

const isThere = await has("cargo", "--version");
let built: Promise<unknown> | undefined;

/** Builds the program once, and hands out a node of it. */
async function rustNode(address?: string): Promise<RustNode> {
  built ??= run(".", BUILD_RUST);
  await built;
  return await startRustNode({ ...CHAIN, ...(address && { address }) });
}

/** A node of ours that is connected with the one on rust-libp2p, and one that is connected with the first alone. */
async function line(
  dialler: string,
): Promise<{ rust: RustNode; near: TestNetwork; far: TestNetwork }> {
  const isOurs = dialler === "ours";
  let rust = isOurs ? await rustNode() : undefined;
  const near = await testNetwork(1, {
    bootstrap: rust ? [rust.address] : [],
  });
  rust ??= await rustNode(near.multiaddrs()[0]!);
  const far = await testNetwork(2, {
    bootstrap: near.multiaddrs(),
    allow: [near.id],
  });
  return { rust, near, far };
}

/** What a node hears, as `sender channel text`; it passes on what is said on `vote`. */
function listen(node: TestNetwork): string[] {
  const heard: string[] = [];
  node.relay("vote", () => "accept");
  node.onMessage((from, channel, message) => {
    heard.push(`${from} ${channel} ${new TextDecoder().decode(message)}`);
  });
  return heard;
}

for (const dialler of ["rust-libp2p", "ours"]) {
  Deno.test({
    name:
      `nodes of ours and of rust-libp2p identify, ping and gossip where the one of ${dialler} dials`,
    ignore: !isThere,
    async fn() {
      const { rust, near, far } = await line(dialler);
      const heard = { near: listen(near), far: listen(far) };
      try {
        const { dialled } = await rust.tells("connected");
        assert.equal(dialled, dialler === "rust-libp2p");
        const { protocols } = await rust.tells("identified");
        const { record, message, request } = protocolsOf(CHAIN.chainId);
        const wanted = [record, message, request, "/ipfs/ping/1.0.0"];
        for (const protocol of [...wanted, "/meshsub/1.2.0"]) {
          assert.ok(protocols!.includes(protocol), protocols!.join());
        }
        assert.ok((await rust.tells("pinged")).pingMs! >= 0);
        assert.equal((await rust.tells("greeted")).peer, near.id);
        await until("both are peers", () => near.peers().length === 2);
        const info = (await near.peerInfo()).find(({ id }) => id === rust.id);
        assert.equal(
          info?.control?.direction,
          dialler === "ours" ? "out" : "in",
        );
        await until("the far end is a peer", () => far.peers().length > 0);
        assert.deepEqual(far.peers(), [near.id]);

        let said = 0;
        await until("what rust-libp2p says reaches the far end", async () => {
          await rust.publish("vote", `of another kind ${said++}`);
          return heard.far.some((one) =>
            one.startsWith(`${near.id} vote of another kind`)
          );
        });
        assert.ok(heard.near.some((one) => one.startsWith(`${rust.id} vote`)));
        await until("what the far end says reaches rust-libp2p", () => {
          const text = new TextEncoder().encode(`from afar ${said++}`);
          far.broadcast("vote", text);
          return rust.told("heard").some(({ peer, channel, text }) =>
            peer === near.id && channel === "vote" &&
            text!.startsWith("from afar")
          );
        });
        for (const all of [heard.near, heard.far]) {
          assert.equal(new Set(all).size, all.length, all.join());
        }
        await rust.stop();
        // It leaves without a word: only the silence tells of it.
        await until("it is missed", () => near.peers().length === 1);
      } finally {
        await rust.stop();
        await Promise.all([near.close(), far.close()]);
      }
    },
  });
}

Deno.test({
  name: "our libp2p identifies and pings a node on rust-libp2p",
  ignore: !isThere,
  async fn() {
    const rust = await rustNode();
    const { gossip, kad } = protocolsOf(CHAIN.chainId);
    const config = defaultConfig().network;
    const outside = { clock: systemClock(), log: collectingLog() };
    const node = await startLibp2p({
      seed: new Uint8Array(32).fill(3),
      listen: { host: "127.0.0.1", port: 0 },
      announce: [],
      config,
      guarded: guardControl({ ...outside, config }),
      gossipTopic: gossip,
      discovery: { kadDht: false, mdns: false },
      scope: { kad, serviceTag: "_rst-test._udp.local", isTold: () => true },
    });
    try {
      const identified = new Promise<string[]>((resolve) =>
        node.addEventListener(
          "peer:identify",
          ({ detail }) => resolve(detail.protocols),
        )
      );
      const connection = await node.dial(multiaddr(rust.address));
      assert.equal(connection.remotePeer.toString(), rust.id);
      assert.ok(await node.services.ping.ping(connection.remotePeer) >= 0);
      const protocols = await identified;
      for (const protocol of ["/ipfs/id/1.0.0", "/rustorium/test/record/1"]) {
        assert.ok(protocols.includes(protocol), protocols.join());
      }
    } finally {
      await node.stop();
      await rust.stop();
    }
  },
});
