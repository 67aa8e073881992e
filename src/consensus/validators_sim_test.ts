import { fromBinary, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import type { Network } from "../platform/types.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import {
  Cluster,
  core,
  equivocating,
  type SimNode,
  testKey,
  type Wrap,
} from "../simulation/mod.ts";
import { Channel } from "./channel.ts";

async function stateRoot(node: SimNode): Promise<string> {
  const { stateRoot } = await node.executor.roots();
  return stateRoot.toHex();
}

Deno.test("four validators agree on transfers, height after height", async () => {
  const cluster = new Cluster({ seed: "agree" });
  await cluster.start();
  await cluster.run(3_000, 200);
  await cluster.reach(50n, 20_000);
  await cluster.converge(10_000);
  for (const node of cluster.nodes) {
    assert.equal(await cluster.wallet.missing(node), 0);
  }
  await cluster.stop();
});

Deno.test("a transfer at four validators is final after a few messages' time", async () => {
  const cluster = new Cluster({ seed: "latency" });
  await cluster.start();
  await cluster.run(1_000);
  const full = cluster.scheduler.now();
  await cluster.send();
  const before = cluster.checker.height;
  await cluster.scheduler.runUntil(
    () => cluster.checker.height > before && cluster.checker.batches > 0,
    1_000,
  );
  // Batch, announcement, proposal, prevotes and precommits, 5 to 15 ms each.
  assert.ok(cluster.scheduler.now() - full < 100);
  await cluster.stop();
});

Deno.test("with one of four stopped the chain goes on, and it catches up to the same state", async () => {
  const cluster = new Cluster({ seed: "one" });
  await cluster.start();
  await cluster.run(1_000, 200);
  await cluster.crash(1);
  const before = cluster.checker.height;
  await cluster.run(8_000, 400);
  assert.ok(cluster.checker.height > before + 10n);
  await cluster.restart(1);
  assert.ok(cluster.nodes[1]!.consensus.syncing());
  await cluster.converge(10_000);
  assert.equal(cluster.nodes[1]!.consensus.syncing(), false);
  assert.equal(
    await stateRoot(cluster.nodes[1]!),
    await stateRoot(cluster.nodes[0]!),
  );
  await cluster.stop();
});

Deno.test("with two of four stopped the chain halts, and goes on when one returns", async () => {
  const cluster = new Cluster({ seed: "two" });
  await cluster.start();
  await cluster.run(1_000, 200);
  await cluster.crash(0, 2);
  await cluster.run(500);
  const halted = cluster.checker.height;
  await cluster.run(5_000);
  assert.equal(cluster.checker.height, halted);
  await cluster.restart(2);
  await cluster.run(3_000);
  assert.ok(cluster.checker.height > halted);
  await cluster.restart(0);
  await cluster.converge(10_000);
  await cluster.stop();
});

Deno.test("all four stopped at once: what was final stays, and the chain goes on", async () => {
  const cluster = new Cluster({ seed: "all" });
  await cluster.start();
  for (let round = 0; round < 5; round++) {
    await cluster.run(700, 100);
    await cluster.crash(0, 1, 2, 3);
    for (const index of [0, 1, 2, 3]) await cluster.restart(index);
  }
  await cluster.converge(10_000);
  await cluster.deliverAll(10_000);
  await cluster.stop();
});

Deno.test("two halves halt, and agree once they hear each other again", async () => {
  const cluster = new Cluster({ seed: "halves" });
  await cluster.start();
  await cluster.run(1_000, 200);
  cluster.partition([0, 1], [2, 3]);
  await cluster.run(500, 200);
  const halted = cluster.checker.height;
  await cluster.run(5_000, 1_000);
  assert.equal(cluster.checker.height, halted);
  cluster.network.heal();
  await cluster.converge(10_000);
  await cluster.stop();
});

Deno.test("lost, doubled and overtaking messages delay agreement, but do not prevent it", async () => {
  const cluster = new Cluster({
    seed: "loss",
    driftPpm: 200,
    link: { latencyMs: 5, jitterMs: 60, loss: 0.05, duplication: 0.05 },
  });
  await cluster.start();
  await cluster.run(10_000, 300);
  assert.ok(cluster.lowest >= 20n, `${cluster.heights()}`);
  await cluster.converge(20_000);
  await cluster.stop();
});

Deno.test("who tells one peer something else than all others is convicted by the certificate in the next block", async () => {
  const cluster = new Cluster({
    seed: "split",
    wrapNetwork: (index, network, { key, genesisHash }) =>
      index === 2 ? splitting(network, "node0", { key, genesisHash }) : network,
  });
  await cluster.start();
  await cluster.run(6_000, 300);
  await cluster.converge(10_000);
  const offender = cluster.addressOf(2);
  assert.deepEqual([...cluster.checker.convicted], [offender]);
  await cluster.stop();
});

/** Precommits nothing to one peer, and the block to the others. */
function splitting(
  network: Network,
  victim: string,
  { key, genesisHash }: Pick<Wrap, "key" | "genesisHash">,
): Network {
  return Object.assign(Object.create(network), {
    broadcast: (channel: string, message: Uint8Array) => {
      const vote = channel === Channel.vote
        ? fromBinary(VoteSchema, message)
        : undefined;
      if (vote?.type !== VoteType.PRECOMMIT || vote.blockId.length === 0) {
        return network.broadcast(channel, message);
      }
      const nil = { ...vote, blockId: new Uint8Array() };
      const bytes = toBinary(VoteSchema, {
        ...nil,
        signature: new Uint8Array(),
      });
      const signature = core.signWith(
        key.seed,
        core.voteSignBytes(genesisHash, bytes),
      );
      for (const peer of network.peers()) {
        const other = toBinary(VoteSchema, { ...nil, signature });
        network.send(peer, channel, peer === victim ? other : message);
      }
    },
  });
}

Deno.test("a validator that votes twice is convicted in a block, once", async () => {
  const cluster = new Cluster({
    seed: "equivocator",
    wrapNetwork: (index, network, wrap) =>
      index === 2 ? equivocating(network, wrap) : network,
  });
  await cluster.start();
  await cluster.run(6_000, 300);
  await cluster.converge(10_000);
  const convicted: string[] = [];
  const { store } = cluster.nodes[0]!;
  for (let height = 1n; height <= cluster.lowest; height++) {
    const { evidence } = fromBinary(
      BlockSchema,
      (await store.block(height))!.block,
    );
    for (const { kind } of evidence) {
      assert.equal(kind.case, "duplicateVote");
      const { first } = kind.value as { first: { validator: Uint8Array } };
      convicted.push(first.validator.toHex());
    }
  }
  assert.ok(convicted.length > 0);
  const offender = testKey(core, 3).publicKey.toHex();
  assert.deepEqual(new Set(convicted), new Set([offender]));
  await cluster.stop();
});

Deno.test("a run is the same when it is repeated", async () => {
  const digests = [];
  for (let run = 0; run < 2; run++) {
    const cluster = new Cluster({
      seed: "again",
      driftPpm: 100,
      link: { loss: 0.02, duplication: 0.02 },
    });
    await cluster.start();
    await cluster.run(1_500, 200);
    await cluster.crash(3);
    await cluster.run(1_000, 200);
    await cluster.restart(3);
    await cluster.run(1_500, 200);
    digests.push(cluster.trace.digest());
    await cluster.stop();
  }
  assert.equal(digests[0], digests[1]);
});
