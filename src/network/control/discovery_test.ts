import assert from "node:assert/strict";
import type { KadDHT } from "@libp2p/kad-dht";
import { peerIdFromString } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { defaultConfig } from "../../config/mod.ts";
import { collectingLog, systemClock } from "../../platform/mod.ts";
import { until } from "../testing/open.ts";
import { type Discovery, hearOf } from "./discovery.ts";
import { guardControl } from "./guarded.ts";
import { type ControlNode, startLibp2p } from "./node.ts";

/** It looks around every half minute. */
const FOUND_MS_MAX = 90_000;

/** A node that looks for others, and whom it finds. */
async function start(
  number: number,
  discovery: Discovery,
  isTold: (id: string) => boolean = () => true,
) {
  const { network: config } = defaultConfig();
  const node = await startLibp2p({
    gossipTopic: "test",
    seed: new Uint8Array(32).fill(number),
    listen: { host: "127.0.0.1", port: 0 },
    announce: [],
    config,
    guarded: guardControl({
      ...{ clock: systemClock(), log: collectingLog(), config },
    }),
    discovery,
    scope: { kad: "/test/kad/1", serviceTag: "_test._udp.local", isTold },
  });
  const found = new Map<string, string[]>();
  hearOf(node, (id, addresses) => found.set(id, addresses));
  return { node, found, id: node.peerId.toString() };
}

/** Asks the table for one node. */
async function canFind({ services }: ControlNode, id: string) {
  const { dht } = services as unknown as { dht: KadDHT };
  const events = dht.findPeer(peerIdFromString(id), {
    signal: AbortSignal.timeout(5_000),
  });
  try {
    for await (const event of events) {
      if (event.name === "FINAL_PEER") return true;
    }
  } catch {
    // Nobody knows it.
  }
  return false;
}

const addressOf = (node: ControlNode) => node.getMultiaddrs()[0]!;

Deno.test("in the Kademlia table a node finds others by one that it knows, but none that is not told of", async () => {
  const on = { kadDht: true, mdns: false };
  const hidden = await start(4, on);
  const hub = await start(1, on, (id) => id !== hidden.id);
  const one = await start(2, on);
  const other = await start(3, on);
  const all = [hidden, hub, one, other];
  try {
    // It comes first, so that it learns of nobody to go to by itself.
    for (const { node, id } of [hidden, one, other]) {
      await node.dial(multiaddr(addressOf(hub.node).toString()));
      await until("known", () => canFind(hub.node, id));
    }
    await until("found", () => other.found.has(one.id), FOUND_MS_MAX);
    const [address] = other.found.get(one.id)!;
    assert.match(address!, /^\/ip4\/127\.0\.0\.1\/udp\/\d+\/quic-v1$/);
    await until("found back", () => canFind(one.node, other.id));
    assert.ok(!await canFind(one.node, hidden.id));
  } finally {
    await Promise.all(all.map(({ node }) => node.stop()));
  }
});

Deno.test("what is found is dialled where it can be only: QUIC at an IP address, a few of them", () => {
  const target = new EventTarget();
  const heard: [string, string[]][] = [];
  hearOf(target as never, (...found) => heard.push(found));
  const find = (id: string, addresses: string[]) =>
    target.dispatchEvent(
      new CustomEvent("peer:discovery", {
        detail: { id, multiaddrs: addresses.map((one) => multiaddr(one)) },
      }),
    );
  find("a", ["/ip4/127.0.0.1/tcp/1", "/dns4/example.org/udp/1/quic-v1"]);
  find("b", [
    "/ip4/127.0.0.1/udp/1/quic-v1",
    "/ip4/127.0.0.1/udp/1/quic-v1",
    "/ip6/::1/udp/2/quic-v1",
  ]);
  const many = Array.from({ length: 99 }, (_, n) => n + 1);
  find("c", many.map((port) => `/ip4/127.0.0.1/udp/${port}/quic-v1`));
  assert.deepEqual(heard.slice(0, 1), [
    ["b", ["/ip4/127.0.0.1/udp/1/quic-v1", "/ip6/::1/udp/2/quic-v1"]],
  ]);
  assert.equal(heard[1]![1].length, 8);
});
