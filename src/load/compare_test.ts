import assert from "node:assert/strict";
import { compareFigures, parseFigures } from "./compare.ts";
import { testFigures as figures } from "./testing/figures.ts";

const before = parseFigures(
  JSON.stringify(figures({ executor: 60, verify: 30 })),
);

Deno.test("CPU compares as a multiple of each run's own signature check", () => {
  // Twice the time on a machine that is half as fast is no change.
  const same = compareFigures(before, figures({ executor: 120, verify: 60 }));
  assert.deepEqual(same.cpu.map(({ ratio }) => ratio), [1, 1, 1, 0.5, 1]);
  const better = compareFigures(before, figures({ executor: 30, verify: 30 }));
  assert.deepEqual(better.cpu.at(-1), {
    ...{ name: "executor", before: 2, now: 1, ratio: 0.5 },
  });
  assert.deepEqual(better.unlike, []);
});

Deno.test("runs that asked for something else are named so", () => {
  const now = figures({ executor: 60, verify: 30, validators: 4 });
  assert.deepEqual(compareFigures(before, now).unlike, [
    "validators: 1 before, 4 now",
  ]);
});

Deno.test("a thread that is new or gone has no ratio, or none left", () => {
  const now = figures({ executor: 60, verify: 30 });
  now.cpu_us_per_tx.by_thread = { "executor 0": 30 };
  const { cpu } = compareFigures(before, now);
  assert.deepEqual(cpu.slice(4), [
    { name: "executor 0", before: 0, now: 1, ratio: null },
    { name: "executor", before: 2, now: 0, ratio: 0 },
  ]);
});

Deno.test("the file is what was printed, formatted or not", () => {
  const line = JSON.stringify(before);
  for (
    const text of [
      line,
      `a warning\n${line}\n`,
      JSON.stringify(before, null, 2),
    ]
  ) {
    assert.equal(parseFigures(text).tps, 9_000);
  }
  assert.throws(() => parseFigures("{}"));
  assert.throws(() => parseFigures("nothing"));
});
