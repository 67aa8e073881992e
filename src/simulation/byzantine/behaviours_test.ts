import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { Channel } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import {
  type Vote,
  VoteSchema,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { Cluster } from "../cluster.ts";
import { BEHAVIOURS } from "./mod.ts";

const BYZANTINE = 2;

/** A cluster with one Byzantine validator of four, and what an honest one hears of its votes. */
function withOne(name: string) {
  const heard: { vote: Vote; height: bigint }[] = [];
  const byzantine = new Map([[BYZANTINE, BEHAVIOURS[name]!]]);
  const listening = (index: number, network: Network) => {
    if (index !== 0) return network;
    network.onMessage((_, channel, message) => {
      if (channel !== Channel.vote) return;
      const vote = fromBinary(VoteSchema, message);
      if (vote.validator.toHex() !== cluster.addressOf(BYZANTINE)) return;
      heard.push({ vote, height: cluster.nodes[0]!.consensus.height() });
    });
    return network;
  };
  const cluster = new Cluster({
    seed: name,
    byzantine,
    wrapNetwork: listening,
  });
  return { cluster, heard };
}

for (const name of Object.keys(BEHAVIOURS)) {
  Deno.test(`with a validator that is ${name} the others go on and agree`, async () => {
    const { cluster } = withOne(name);
    await cluster.start();
    await cluster.run(2_500, 500);
    assert.ok(cluster.lowest >= 4n, `${cluster.heights()}`);
    await cluster.converge(10_000);
    await cluster.deliverAll(20_000);
    await cluster.stop();
  });
}

Deno.test("a nil-voter votes for no block of others, and is not convicted", async () => {
  const { cluster, heard } = withOne("nilVoter");
  await cluster.start();
  await cluster.run(4_000, 300);
  const nil = heard.filter(({ vote }) => vote.blockId.length === 0);
  assert.ok(nil.length > 10);
  assert.deepEqual(cluster.checker.convicted, new Set());
  await cluster.stop();
});

Deno.test("the votes of an outdated validator come long after their heights", async () => {
  const { cluster, heard } = withOne("outdated");
  await cluster.start();
  await cluster.run(10_000, 300);
  assert.ok(heard.length > 10);
  assert.ok(heard.every(({ vote, height }) => vote.height < height));
  await cluster.stop();
});

Deno.test("a twin is two nodes that sign against each other, and a block convicts their key", async () => {
  const { cluster } = withOne("twin");
  await cluster.start();
  assert.equal(cluster.nodes.length, 5);
  const offender = cluster.addressOf(BYZANTINE);
  await cluster.until(() => cluster.checker.convicted.has(offender), 20_000);
  assert.deepEqual(cluster.checker.convicted, new Set([offender]));
  await cluster.stop();
});
