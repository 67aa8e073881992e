/** Single transfers where nothing else happens: none waits for the next epoch. */
import assert from "node:assert/strict";
import type { Network } from "../platform/mod.ts";
import { Cluster, SIM_OPTIONS } from "../simulation/mod.ts";
import { Channel } from "./channel.ts";

/** Whatever is lost once on each line, a transfer takes no longer. */
const LATE_MS_MAX = 2_500;

/** Then the first blocks are there. */
const START_MS = 5_000;

/** As in life, but for empty blocks: none help here. */
const PACE = {
  ...SIM_OPTIONS,
  blockTimeMs: 40,
  emptyBlockTimeMs: 60_000,
  timeouts: {
    propose: { ms: 1_000, deltaMs: 500 },
    prevote: { ms: 1_000, deltaMs: 500 },
    precommit: { ms: 1_000, deltaMs: 500 },
    rebroadcastMs: 1_000,
  },
};

/** Whether a message is lost; `line` names both its ends. */
type Loss = (line: string, channel: string, nowMs: number) => boolean;

function losing(
  network: Network,
  isLost: (to: string, channel: string) => boolean,
): Network {
  const send: Network["send"] = (to, channel, message) => {
    if (!isLost(to, channel)) network.send(to, channel, message);
  };
  return Object.assign(Object.create(network), {
    send,
    broadcast: (...message: Parameters<Network["broadcast"]>) => {
      for (const peer of network.peers()) send(peer, ...message);
    },
  });
}

/** Loses the first message of each of the channels on each line. */
function firstOf(...channels: string[]): { isLost: Loss; again: () => void } {
  const lost = new Set<string>();
  const isLost = (line: string, channel: string) => {
    const name = `${line} ${channel}`;
    if (!channels.includes(channel) || lost.has(name)) return false;
    lost.add(name);
    return true;
  };
  return { isLost, again: () => lost.clear() };
}

/** How long transfers of each account at each node take, each when nothing else is there. */
async function times(
  cluster: Cluster,
  { at = [0, 1, 2, 3], before = () => undefined as void } = {},
): Promise<number[]> {
  const took: number[] = [];
  for (const index of at) {
    const node = cluster.nodes[index]!;
    for (let account = 0; account < 4; account++) {
      before();
      const since = cluster.scheduler.now();
      await cluster.wallet.send(account, node, cluster.checker.height);
      while (await cluster.wallet.missing(node) > 0) {
        await cluster.run(20);
        const ms = cluster.scheduler.now() - since;
        assert.ok(ms <= LATE_MS_MAX, `${ms} ms after ${took}`);
      }
      took.push(cluster.scheduler.now() - since);
      await cluster.run(500);
    }
  }
  return took;
}

async function idleCluster(seed: string, isLost: Loss): Promise<Cluster> {
  const cluster: Cluster = new Cluster({
    seed,
    consensus: PACE,
    wrapNetwork: (index, network) =>
      losing(
        network,
        (to, channel) =>
          isLost(`${index}>${to}`, channel, cluster.scheduler.now()),
      ),
  });
  await cluster.start();
  await cluster.run(START_MS);
  return cluster;
}

Deno.test("what is lost on its way to an author goes to the other one at once, without any block", async () => {
  const { isLost, again } = firstOf(Channel.forward);
  const cluster = await idleCluster("forwards", isLost);
  const took = await times(cluster, { before: again });
  // Something was lost.
  assert.ok(took.some((ms) => ms > 700), `${took}`);
  await cluster.stop();
});

Deno.test("a batch that is lost on its way, or the words about it, come again without any block", async () => {
  for (const channel of [Channel.batch, Channel.held]) {
    const { isLost, again } = firstOf(channel);
    const cluster = await idleCluster(`lost ${channel}`, isLost);
    const took = await times(cluster, { before: again });
    assert.ok(took.every((ms) => ms > 300), `${took}`);
    await cluster.stop();
  }
});

Deno.test("who was not ready for the others' greetings asks for them", async () => {
  let forwards = 0;
  const cluster = await idleCluster("greetings", (line, channel, nowMs) => {
    forwards += Number(channel === Channel.forward);
    return channel === Channel.greeting && line.endsWith(">node0") &&
      nowMs < START_MS / 2;
  });
  await times(cluster, { at: [0] });
  assert.ok(forwards > 0);
  await cluster.stop();
});

Deno.test("where all is well, nothing is forwarded twice", async () => {
  const forwards = { count: 0 };
  const cluster = await idleCluster("well", (_, channel) => {
    forwards.count += Number(channel === Channel.forward);
    return false;
  });
  const took = await times(cluster);
  await cluster.run(5_000);
  assert.ok(forwards.count > 0 && forwards.count <= took.length);
  await cluster.stop();
});
