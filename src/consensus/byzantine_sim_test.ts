import assert from "node:assert/strict";
import { Cluster, misleading, silent, withholding } from "../simulation/mod.ts";

const BYZANTINE = 2;
const BEHAVIOURS = { silent, withholding, misleading };

for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
  Deno.test(`with a ${name} validator the others go on, and one that was away catches up`, async () => {
    const cluster = new Cluster({
      seed: name,
      wrapNetwork: (index, network) =>
        index === BYZANTINE ? behaviour(network) : network,
    });
    await cluster.start();
    await cluster.run(3_000, 300);
    const before = cluster.checker.height;
    assert.ok(before >= 4n, `${cluster.heights()}`);
    await cluster.crash(0);
    await cluster.run(3_000, 300);
    await cluster.restart(0);
    await cluster.converge(30_000);
    // Nothing is decided while two of four are away or silent.
    assert.ok(cluster.checker.height >= before + 3n);
    await cluster.stop();
  });
}
