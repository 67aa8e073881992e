import assert from "node:assert/strict";
import { benchRows, parseBench } from "./rows.ts";

const bench = (group: string | null, name: string, min: number, p75 = min) => ({
  ...{ origin: "file:///x", group, name },
  results: [{ ok: { n: 5, min, max: 9e9, avg: 8e9, p75, p99: 9e9 } }],
});
const text = (...benches: object[]) => JSON.stringify({ version: 1, benches });

Deno.test("times are of one transfer, and in signature checks of the same group", () => {
  const rows = benchRows(parseBench(text(
    bench("a", "node:crypto::verify/transfers=10", 400_000),
    bench("a", "core::verify/transfers=100,keys=new", 2_000_000, 3_000_000),
    bench("b", "node:crypto::verify/transfers=1", 10_000),
    bench("b", "port::call/calls=2", 40_000),
  )));
  assert.deepEqual(rows.map(({ leastUs }) => leastUs), [40, 20, 10, 20]);
  assert.deepEqual(rows.map(({ checks }) => checks), [1, 0.5, 1, 2]);
  assert.equal(rows[1]!.usualUs, 30);
});

Deno.test("a benchmark without transfers and without a reference is taken as it is", () => {
  const [row] = benchRows(
    parseBench(text(bench(null, "hash/bytes=64", 5_000))),
  );
  assert.deepEqual(row, {
    ...{ name: "hash/bytes=64", leastUs: 5, usualUs: 5, checks: 0 },
  });
});

Deno.test("a benchmark that failed is no figure", () => {
  const failed = { ...bench("a", "b", 1), results: [{ failed: "why" }] };
  assert.throws(() => parseBench(text(failed)));
});
