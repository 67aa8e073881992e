import assert from "node:assert/strict";
import { median, percentile, percentiles } from "./mod.ts";

Deno.test("percentiles are samples, by the nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => n + 1).reverse();
  assert.deepEqual(percentiles(hundred), { p50: 50, p95: 95, p99: 99 });
  assert.deepEqual(percentiles([10, 9, 100]), { p50: 10, p95: 100, p99: 100 });
});

Deno.test("one sample is every percentile, none are 0", () => {
  assert.deepEqual(percentiles([7]), { p50: 7, p95: 7, p99: 7 });
  assert.deepEqual(percentiles([]), { p50: 0, p95: 0, p99: 0 });
  assert.equal(percentile([3, 4], 0), 3);
});

Deno.test("an outlier does not move the median, and samples compare as numbers", () => {
  assert.equal(median([9, 10, 100_000, 8, 11]), 10);
});
