import assert from "node:assert/strict";
import { logTo } from "../../platform/mod.ts";
import { virtualWorld } from "../testing/virtual.ts";

const MINUTE_MS = 60_000;

Deno.test("nodes on a virtual internet meet on both planes, talk, ask, and part", async () => {
  const { scheduler, open } = virtualWorld();
  const first = await open(1);
  const bootstrap = first.multiaddrs();
  const nodes = [
    first,
    await open(2, { bootstrap }),
    await open(3, { bootstrap }),
  ];
  const heard: string[] = [];
  for (const node of nodes) {
    node.onMessage((_, channel, body) => heard.push(`${channel} ${body}`));
    node.onRequest("echo", (_, body) => Promise.resolve(body.toReversed()));
  }
  await scheduler.run(MINUTE_MS);
  for (const node of nodes) {
    const peers = await node.peerInfo();
    assert.equal(
      peers.filter(({ control, data }) => control && data).length,
      2,
    );
  }
  first.broadcast("vote", Uint8Array.of(7));
  const asked = nodes[1]!.request(nodes[2]!.id, "echo", Uint8Array.of(1, 2));
  await scheduler.run(1_000);
  assert.deepEqual(heard, ["vote 7", "vote 7"]);
  assert.deepEqual(await asked, Uint8Array.of(2, 1));
  const closing = first.close();
  await scheduler.run(10_000);
  await closing;
  assert.deepEqual(nodes.map((node) => node.peers().length), [0, 1, 1]);
});

Deno.test("a node of another chain is refused on a virtual internet too", async () => {
  const { scheduler, open } = virtualWorld();
  const first = await open(1);
  const genesisHash = new Uint8Array(32).fill(9);
  const other = await open(2, { bootstrap: first.multiaddrs(), genesisHash });
  await scheduler.run(MINUTE_MS);
  assert.deepEqual([first.peers(), other.peers()], [[], []]);
  assert.ok(
    other.log.lines.some(({ event }) => event === "peer is of another chain"),
  );
});

Deno.test("who has vanished counts as a peer no more, however often it is dialled again", async () => {
  const { scheduler, internet, open } = virtualWorld();
  const first = await open(1);
  const second = await open(2, { bootstrap: first.multiaddrs() });
  await scheduler.run(MINUTE_MS);
  assert.equal(first.peers().length, 1);
  const counts = new Set<number>();
  // Its clock goes on, but nothing of it passes any more.
  internet.vanish("20.0.0.2");
  await scheduler.run(MINUTE_MS);
  first.onPeers((peers) => counts.add(peers.length));
  await scheduler.run(10 * MINUTE_MS);
  assert.deepEqual([first.peers(), [...counts]], [[], []]);
  await second.close();
});

Deno.test("a question fails at the moment when its connection ends, however long nothing happens then", async () => {
  const { scheduler, open } = virtualWorld();
  const first = await open(1);
  const atMs: Record<string, number> = {};
  const log = logTo(({ event }) => atMs[event] = scheduler.now());
  const second = await open(2, { bootstrap: first.multiaddrs(), log });
  first.onRequest("echo", () => new Promise(() => {}));
  await scheduler.run(MINUTE_MS);
  second.request(first.id, "echo", Uint8Array.of(1), MINUTE_MS)
    .catch(() => atMs["question failed"] = scheduler.now());
  await scheduler.run(1_000);
  const closing = first.close();
  await scheduler.run(10_000);
  await closing;
  assert.equal(atMs["question failed"], atMs["data plane lost"]);
  assert.ok(atMs["data plane lost"]! > MINUTE_MS);
});
