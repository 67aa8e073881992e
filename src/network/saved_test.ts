import assert from "node:assert/strict";
import { MemoryFile } from "../platform/mod.ts";
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
