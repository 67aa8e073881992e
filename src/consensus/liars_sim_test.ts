import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import { Cluster, core, LIES, lying, testKey } from "../simulation/mod.ts";

const LIAR = 1;

for (const [name, lie] of Object.entries(LIES)) {
  Deno.test(`a block with ${name} is never decided, and the chain goes on`, async () => {
    const cluster = new Cluster({
      seed: name,
      wrapNetwork: (index, network, wrap) =>
        index === LIAR ? lying(network, wrap, lie) : network,
    });
    await cluster.start();
    await cluster.run(4_000, 300);
    await cluster.converge(20_000);
    assert.ok(cluster.checker.height >= 8n, `${cluster.heights()}`);
    const [honest] = cluster.nodes;
    const proposers = [0, 2, 3].map((index) =>
      testKey(core, index + 1).publicKey.toHex()
    );
    for (let height = 1n; height <= cluster.lowest; height++) {
      const stored = await honest!.store.block(height);
      const { header } = fromBinary(BlockSchema, stored!.block);
      assert.ok(proposers.includes(header!.proposer.toHex()));
    }
    await cluster.stop();
  });
}
