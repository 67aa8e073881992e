import assert from "node:assert/strict";
import { isMeshed, testNetwork, until } from "./testing/open.ts";

const QUESTIONS = 400;

async function bansWhoFloods(dataThread: boolean) {
  const victim = await testNetwork(1, { dataThread });
  const bootstrap = victim.multiaddrs();
  const [bad, good] = await Promise.all(
    [2, 3].map((n) => testNetwork(n, { bootstrap, dataThread: false })),
  );
  try {
    await until("mesh", () => isMeshed(victim, 2));
    victim.onRequest("never", () => new Promise(() => {}));
    victim.onRequest("echo", (_, body) => Promise.resolve(body));
    for (let n = 0; n < QUESTIONS; n++) {
      bad!.request(victim.id, "never", new Uint8Array(), 3_000)
        .catch(() => undefined);
    }
    await until("ban", () => victim.bans().length === 1);
    const [ban] = victim.bans();
    assert.deepEqual(
      [ban!.id, ban!.reason],
      [bad!.id, "asks for more at once than it may"],
    );
    const { requests } = (await victim.metrics()).drops;
    assert.ok(requests! >= 60, `${requests}`);
    const answer = await good!.request(victim.id, "echo", Uint8Array.of(7));
    assert.deepEqual([...answer], [7]);
    await until("gone", () => !victim.peers().includes(bad!.id));
  } finally {
    await Promise.all([victim, bad!, good!].map((node) => node.close()));
  }
}

Deno.test("who asks for too much at once is banned, where the data plane has a thread of its own", () =>
  bansWhoFloods(true));

Deno.test("who asks for too much at once is banned, where the data plane has the node's thread", () =>
  bansWhoFloods(false));
