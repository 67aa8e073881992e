import assert from "node:assert/strict";
import {
  BEHAVIOURS,
  CANARIES,
  FAULTS,
  totalsOf,
} from "../../src/simulation/mod.ts";
import { EMPTY, has, merge, recordOf, type Reliability } from "./record.ts";

const FILE = new URL("../../docs/reliability.json", import.meta.url);
/** As many as `deno task test` runs. */
const SEEDS_MIN = 100;

function run(seed: number): Reliability {
  const totals = totalsOf({
    seed,
    trace: "",
    validators: 4,
    heights: 3n,
    transfers: 2,
    virtualMs: 3_600,
    faults: { crash: seed },
    byzantine: {},
    convicted: 0,
    violations: [],
  });
  return recordOf(totals, [[seed, seed]], {});
}

Deno.test("parts are added up, and neighbours joined", () => {
  const record = [5, 1, 2].map(run).reduce(merge, EMPTY);
  assert.deepEqual(record.seed_ranges, [[1, 2], [5, 5]]);
  assert.deepEqual(record.faults, { crash: 8 });
  assert.equal(record.faults_total, 8);
  assert.equal(record.virtual_hours, 0.003);
  assert.ok(has(record, 2) && !has(record, 3));
});

Deno.test("a seed is not counted twice", () => {
  assert.throws(() => merge(run(4), run(4)), RangeError);
});

Deno.test("docs/reliability.json holds at least what the tests run, every kind of fault and behaviour, and nothing that failed", async () => {
  const record: Reliability = JSON.parse(await Deno.readTextFile(FILE));
  const ranges = record.seed_ranges.map(([first, last]) => last - first + 1);
  assert.equal(ranges.reduce((a, b) => a + b, 0), record.seeds);
  assert.ok(record.seeds >= SEEDS_MIN, `${record.seeds} seeds`);
  assert.ok(record.virtual_hours > 0 && record.heights > 0);
  for (const name of Object.keys(FAULTS)) {
    assert.ok(record.faults[name]! > 0, name);
  }
  for (const name of Object.keys(BEHAVIOURS)) {
    assert.ok(record.byzantine[name]! > 0, name);
  }
  assert.equal(record.violations, 0);
  assert.deepEqual(
    record.canaries,
    Object.fromEntries(Object.keys(CANARIES).map((name) => [name, "caught"])),
  );
});
