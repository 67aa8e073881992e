import assert from "node:assert/strict";
import { Cluster } from "../simulation/mod.ts";

/** Two rounds of the simulation's timeouts, and what it takes to count as not heard. */
const HALT_MS = 8_000;

Deno.test("a chain that moves has not halted, and all its validators are heard", async () => {
  const cluster = new Cluster({ seed: "presence" });
  await cluster.start();
  await cluster.run(5_000, 300);
  for (const node of cluster.up) {
    const { isHalted, powerHeard, powerTotal, unheard } = node.consensus
      .health();
    assert.equal(isHalted, false);
    assert.equal(powerHeard, powerTotal);
    assert.deepEqual(unheard, []);
  }
  await cluster.stop();
});

Deno.test("without two thirds it has halted, says who is missing, and goes on when one returns", async () => {
  const cluster = new Cluster({ seed: "halt" });
  await cluster.start();
  await cluster.run(2_000, 300);
  await cluster.crash(2, 3);
  await cluster.run(HALT_MS);
  const { isHalted, powerHeard, powerTotal, unheard } = cluster.nodes[0]!
    .consensus.health();
  assert.ok(isHalted);
  assert.equal(2n * powerHeard, powerTotal);
  assert.deepEqual(
    unheard.map((one) => one.toHex()).toSorted(),
    [2, 3].map((index) =>
      cluster.chain.validators[index]!.key.publicKey.toHex()
    )
      .toSorted(),
  );
  await cluster.restart(3);
  await cluster.converge(10_000);
  assert.equal(cluster.nodes[0]!.consensus.health().isHalted, false);
  assert.equal(cluster.nodes[0]!.consensus.health().unheard.length, 1);
  await cluster.stop();
});

Deno.test("a validator alone is never without two thirds", async () => {
  const cluster = new Cluster({ seed: "alone", validators: 1 });
  await cluster.start();
  await cluster.run(HALT_MS);
  const { isHalted, unheard } = cluster.nodes[0]!.consensus.health();
  assert.equal(isHalted, false);
  assert.deepEqual(unheard, []);
  await cluster.stop();
});
