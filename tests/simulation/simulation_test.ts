import assert from "node:assert/strict";
import process from "node:process";
import { FaultRun } from "../../src/simulation/mod.ts";

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 20);
const FIRST = Number(process.env.SIMULATION_FIRST ?? 1);

for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
  Deno.test(`seed ${seed}: one chain, one state and all transfers, whatever happens to the nodes`, async () => {
    const report = await new FaultRun({ seed }).run();
    assert.deepEqual(report.violations, []);
    assert.deepEqual(await new FaultRun({ seed }).run(), report);
  });
}
