import assert from "node:assert/strict";
import process from "node:process";
import { churn, ChurnRun } from "../../src/simulation/mod.ts";

/** Of virtual time, the quiet time at the end included. */
const HOURS = Number(process.env.CHURN_HOURS ?? 0.35);
const SEED = Number(process.env.CHURN_SEED ?? 1);
const HOUR_MS = 3_600_000;
/** One hour at most. */
const QUIET_PART = 1 / 3;
/** An excerpt has fewer nodes, so that it takes seconds, and more happens in it. */
const SIZE = HOURS > 1 ? { nodes: 12 } : { nodes: 6, haste: 3 };
const MIB = 2 ** 20;
const GROWTH_BYTES_MAX = 24 * MIB;

Deno.test(`seed ${SEED}: ${HOURS} hours of nodes that come and go leave no connection stuck and nothing behind`, async () => {
  const quietMs = Math.min(HOUR_MS, QUIET_PART * HOURS * HOUR_MS);
  const { story, heapBytes, ...report } = await churn({
    ...{ ...SIZE, seed: SEED, quietMs },
    churnMs: HOURS * HOUR_MS - quietMs,
    onHour: (hour, bytes, violations) =>
      console.log(`${hour} h, ${Math.round(bytes / MIB)} MiB`, ...violations),
  });
  console.log(report, heapBytes);
  if (report.violations.length > 0) console.error(story);
  assert.deepEqual(report.violations, []);
  assert.equal(report.unanswered, 0);
  assert.ok(report.joins > 0 && report.leaves > 0 && report.vanishings > 0);
  assert.ok(report.partitions > 0 && report.cuts > 0);
  assert.ok(heapBytes.last - heapBytes.first < GROWTH_BYTES_MAX);
});

Deno.test("the same seed takes the same way", async () => {
  const wayOf = async () => {
    const run = new ChurnRun({
      ...{ seed: SEED, nodes: 5, churnMs: 90_000, quietMs: 0, haste: 12 },
    });
    const { trace, events, partitions } = await run.run();
    await run.stop();
    return { trace, events, partitions };
  };
  const way = await wayOf();
  assert.deepEqual(await wayOf(), way);
  assert.ok(way.partitions > 0);
});
