import assert from "node:assert/strict";
import { joinRuns } from "./runs.ts";
import { testFigures } from "./testing/figures.ts";
import type { LoadReport } from "./types.ts";

const run = (executor: number, threads?: Record<string, number>) =>
  ({
    figures: testFigures({ executor, threads: threads ?? { executor } }),
    transfers: executor,
  }) as LoadReport;

Deno.test("every figure is the median of the runs, with the least and the most", () => {
  const { figures, runs } = joinRuns([run(30), run(50), run(20)]);
  assert.equal(figures.cpu_us_per_tx.per_validator, 30);
  assert.deepEqual(runs?.ranges["cpu_us_per_tx.by_thread.executor"], [20, 50]);
  assert.deepEqual(
    runs?.each.map(({ reference }) => reference.ratio),
    [1.5, 2.5, 1],
  );
  assert.equal(figures.reference.ratio, 1.5);
});

Deno.test("what went on over time is the middle run's, and what was asked for stays", () => {
  const joined = joinRuns([run(30), run(50), run(20)]);
  assert.equal(joined.transfers, 30);
  assert.deepEqual(joined.figures.workload, run(1).figures.workload);
  assert.equal(joined.figures.workload.rate, null);
  assert.ok(!("workload.seconds" in joined.runs!.ranges));
});

Deno.test("a thread that some runs did not have counts as none there", () => {
  const { figures, runs } = joinRuns([
    run(30, { executor: 29, late: 1 }),
    run(30, { executor: 30 }),
    run(30, { executor: 30 }),
  ]);
  assert.equal(figures.cpu_us_per_tx.by_thread.late, 0);
  assert.deepEqual(runs?.ranges["cpu_us_per_tx.by_thread.late"], [0, 1]);
});

Deno.test("one run is what it is", () => {
  const only = run(30);
  assert.equal(joinRuns([only]), only);
});
