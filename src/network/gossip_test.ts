import assert from "node:assert/strict";
import type { Verdict } from "../platform/mod.ts";
import { seedSigner } from "../platform/mod.ts";
import { peerIdOf } from "./identity.ts";
import { type TestNetwork, testNetwork, until } from "./testing/open.ts";

const idOf = (number: number) =>
  peerIdOf(seedSigner(new Uint8Array(32).fill(number)).publicKey);

/** Nodes of which each is connected to the one before and the one after. */
async function line(count: number): Promise<TestNetwork[]> {
  const nodes: TestNetwork[] = [];
  for (let number = 1; number <= count; number++) {
    nodes.push(
      await testNetwork(number, {
        allow: [number - 1, number + 1].map(idOf),
        bootstrap: nodes.at(-1)?.multiaddrs() ?? [],
      }),
    );
  }
  await until(
    "line",
    () =>
      nodes.every((node, n) =>
        node.peers().length === (n === 0 || n === count - 1 ? 1 : 2)
      ),
  );
  return nodes;
}

/** What each of them hears. */
function listen(nodes: TestNetwork[], judge: (text: string) => Verdict) {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return nodes.map((node) => {
    const heard: string[] = [];
    node.relay("vote", (message) => judge(text(message)));
    node.onMessage((from, channel, message) => {
      assert.ok(node.peers().includes(from));
      heard.push(`${channel} ${text(message)}`);
    });
    return heard;
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("in a line of nodes a broadcast reaches the far end, each once; what is refused or not to be relayed does not", async () => {
  const nodes = await line(4);
  try {
    const heard = listen(
      nodes,
      (text) => text.startsWith("good") ? "accept" : "reject",
    );
    let sent = 0;
    await until("a way to the end", () => {
      nodes[0]!.broadcast("vote", bytes(`good ${sent++}`));
      return heard[3]!.length > 0;
    });
    nodes[3]!.broadcast("vote", bytes("good back"));
    nodes[0]!.broadcast("vote", bytes("bad"));
    nodes[0]!.broadcast("held", bytes("good, but of another channel"));
    nodes[0]!.broadcast("vote", bytes("good at last"));
    await until(
      "the last",
      () => heard[3]!.includes("vote good at last"),
    );
    await until(
      "the way back",
      () => heard[0]!.includes("vote good back"),
    );
    const near = ["vote bad", "held good, but of another channel"];
    for (const message of near) {
      await until("a neighbour", () => heard[1]!.includes(message));
      assert.ok(!heard[2]!.includes(message), message);
    }
    for (const one of heard) {
      assert.equal(new Set(one).size, one.length, one.join());
    }
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
});

Deno.test("nodes that may not connect do not, though they know of each other", async () => {
  const nodes = await line(3);
  try {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(nodes[0]!.peers(), [idOf(2)]);
    assert.deepEqual(nodes[2]!.peers(), [idOf(2)]);
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
});

Deno.test("between nodes that are all connected nothing is published", async () => {
  const first = await testNetwork(1);
  const others = await Promise.all(
    [2, 3].map((n) => testNetwork(n, { bootstrap: first.multiaddrs() })),
  );
  const nodes = [first, ...others];
  try {
    const judged: string[] = [];
    const heard = listen(nodes, (text) => (judged.push(text), "accept"));
    let rounds = 0;
    /** Each says something new: whether all hear it, and any has to judge it. */
    const round = async (withinMs?: number) => {
      const name = `${rounds++} of `;
      for (const node of nodes) node.broadcast("vote", bytes(name + node.id));
      const isOfIt = (text: string) => text.startsWith(`vote ${name}`);
      const isHeard = await until(
        "votes",
        () => heard.every((one) => one.filter(isOfIt).length === 2),
        withinMs,
      ).then(() => true, () => false);
      // What is published takes longer.
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { isHeard, isJudged: judged.some((one) => one.startsWith(name)) };
    };
    await until("mesh", () => nodes.every((one) => one.peers().length === 2));
    // Until all know that, what is said may be published, or lost.
    await until("all know that", async () => {
      const { isHeard, isJudged } = await round(2_000);
      return isHeard && !isJudged;
    });
    assert.deepEqual(await round(), { isHeard: true, isJudged: false });
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
});
