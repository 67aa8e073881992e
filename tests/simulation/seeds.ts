import assert from "node:assert/strict";
import process from "node:process";
import { simulate } from "../../src/simulation/mod.ts";

/** Seeds of all parts together, and the first of them. */
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 100);
const FIRST = Number(process.env.SIMULATION_FIRST ?? 1);
/** Files that share them, so that as many cores work on them. */
const PARTS = 4;

/** Tests of every fourth seed, from the number of a part on. */
export function testSeeds(part: number): void {
  for (let seed = FIRST + part; seed < FIRST + SEEDS; seed += PARTS) {
    testSeed(seed);
  }
}

/** Runs a seed twice. */
export function testSeed(seed: number): void {
  Deno.test(`seed ${seed}: one chain, one state and all transfers, whatever happens to the nodes`, async () => {
    const { report, story } = await simulate({ seed });
    if (report.violations.length > 0) console.error(story);
    assert.deepEqual(report.violations, []);
    assert.ok(report.heights > 3n);
  });
}
