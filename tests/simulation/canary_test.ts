import assert from "node:assert/strict";
import { Cluster, withQuorumOfOne } from "../../src/simulation/mod.ts";

Deno.test("validators for whom one is a quorum are caught by the checker", async () => {
  const cluster = new Cluster({
    seed: "canary",
    wrapCore: (index) => withQuorumOfOne(index),
  });
  await cluster.start();
  await cluster.scheduler.run(500);
  const { violations } = cluster.checker;
  assert.ok(violations.some((one) => one.endsWith("two decisions")));
  assert.ok(violations.some((one) => one.endsWith("without two thirds")));
  await cluster.stop();
});
