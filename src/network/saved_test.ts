import assert from "node:assert/strict";
import {
  collectingLog,
  MemoryFile,
  seedSigner,
  systemClock,
} from "../platform/mod.ts";
import { Book } from "./book.ts";
import { peerIdOf } from "./identity.ts";
import { Anchors } from "./peers/anchors.ts";
import { Bans } from "./peers/bans.ts";
import { Roles } from "./peers/roles.ts";
import { Saved } from "./saved.ts";
import { testNetwork, until } from "./testing/open.ts";

Deno.test("a restarted node finds the others without its bootstrap node", async () => {
  const first = await testNetwork(1);
  const other = await testNetwork(2, { bootstrap: first.multiaddrs() });
  const savedPeers = new MemoryFile().open();
  const bootstrap = first.multiaddrs();
  const before = await testNetwork(3, { bootstrap, savedPeers });
  await until("mesh", () => before.peers().length === 2);
  await before.close();
  await first.close();
  const after = await testNetwork(3, { bootstrap, savedPeers });
  try {
    await until("the other", () => after.peers().includes(other.id));
    assert.deepEqual(after.peers(), [other.id]);
  } finally {
    await Promise.all([after.close(), other.close()]);
  }
});

Deno.test("peers are saved while the node runs, and a spoiled file keeps it from nothing", async () => {
  const first = await testNetwork(1);
  const savedPeers = new MemoryFile().open();
  await savedPeers.append(new Uint8Array(100).fill(0xff));
  const node = await testNetwork(2, {
    bootstrap: first.multiaddrs(),
    savedPeers,
  });
  try {
    assert.ok(
      node.log.lines.some(({ event }) => event.startsWith("the saved peers")),
    );
    await until(
      "saved",
      async () => (await savedPeers.read())[0] !== 0xff,
    );
  } finally {
    await Promise.all([node.close(), first.close()]);
  }
});

Deno.test("bans, anchors and the peers of validators are saved with the others", async () => {
  const file = new MemoryFile().open();
  const clock = systemClock();
  const idOf = (number: number) =>
    peerIdOf(seedSigner(new Uint8Array(32).fill(number)).publicKey);
  const open = async () => {
    const parts = {
      ...{ file, clock, log: collectingLog() },
      book: new Book(idOf(9)),
      bans: new Bans(clock),
      roles: new Roles(clock, { persistent: [], private: [] }),
      anchors: new Anchors(),
      genesisHash: new Uint8Array(32),
      peers: () => [],
    };
    const saved = new Saved(parts);
    await saved.load();
    return { saved, ...parts };
  };
  const before = await open();
  before.bans.add(idOf(1), "garbage");
  const ban = before.bans.add(idOf(1), "garbage again");
  before.anchors.use([idOf(2), idOf(3)]);
  before.roles.prove(idOf(3));
  before.saved.changed();
  await before.saved.close();
  const after = await open();
  assert.deepEqual(after.bans.all(), [ban]);
  assert.deepEqual(after.anchors.all(), [idOf(2), idOf(3)]);
  assert.deepEqual(after.roles.validators(), [idOf(3)]);
  assert.deepEqual(after.log.lines, []);
});
