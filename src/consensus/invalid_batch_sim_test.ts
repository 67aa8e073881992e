import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { type Offence, offenceOf } from "../offence/mod.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  Cluster,
  nameOf,
  type SimNode,
  type Spoil,
  spoiling,
  SPOILS,
} from "../simulation/mod.ts";

const SPOILER = 2;
const HONEST = [0, 1, 3];

function clusterOf(seed: string, spoil: Spoil): Cluster {
  return new Cluster({
    seed,
    wrapNetwork: (index, network, wrap) =>
      index === SPOILER ? spoiling(network, wrap, spoil) : network,
  });
}

/** The offences that the blocks of a node record. */
async function recorded(node: SimNode): Promise<Offence[]> {
  const offences: Offence[] = [];
  for (let height = 1n; height <= node.consensus.height(); height++) {
    const { block } = (await node.store.block(height))!;
    const { evidence } = fromBinary(BlockSchema, block);
    offences.push(...evidence.flatMap((one) => offenceOf(one) ?? []));
  }
  return offences;
}

function refusals({ story }: Cluster, index: number): number {
  const text = "refused a batch that its author made invalid";
  return story.count(nameOf(index), text);
}

for (const [name, spoil] of Object.entries(SPOILS)) {
  Deno.test(`the author of batches with ${name} is convicted, and its batches cost others nothing more`, async () => {
    const cluster = clusterOf(name, spoil);
    await cluster.start();
    await cluster.run(6_000, 300);
    await cluster.converge(20_000);
    const offender = cluster.addressOf(SPOILER);
    for (const index of HONEST) {
      const offences = await recorded(cluster.nodes[index]!);
      assert.ok(offences.length > 0);
      for (const { kind, validator } of offences) {
        assert.equal(kind, "invalid_batch");
        assert.equal(validator.toHex(), offender);
      }
      const names = offences.map((one) => one.name.toHex());
      assert.equal(new Set(names).size, names.length);
      // One per period in which the author is not listened to.
      assert.ok(refusals(cluster, index) <= 2);
    }
    await cluster.deliverAll(20_000);
    await cluster.stop();
  });
}

Deno.test("evidence that no block holds yet outlives the restart of its only holder", async () => {
  const [spoil] = Object.values(SPOILS);
  const cluster = clusterOf("restart", spoil!);
  await cluster.start();
  await cluster.run(500);
  cluster.partition([0, SPOILER], [1, 3]);
  await cluster.run(3_000, 500);
  const [holder] = cluster.nodes;
  assert.ok(refusals(cluster, 0) > 0);
  assert.deepEqual(await recorded(holder!), []);
  await cluster.crash(0, SPOILER);
  await cluster.restart(0);
  cluster.network.heal();
  // Long enough for each to propose.
  await cluster.reach(12n, 30_000);
  await cluster.converge(20_000);
  for (const index of HONEST) {
    const offences = await recorded(cluster.nodes[index]!);
    assert.deepEqual(offences.map((one) => one.kind), ["invalid_batch"]);
  }
  await cluster.stop();
});
