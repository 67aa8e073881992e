import assert from "node:assert/strict";
import { rounded, spreadOf } from "./figures.ts";

Deno.test("a spread is the middle, 95 of 100, and the most", () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  assert.deepEqual(spreadOf(values), { p50: 50, p95: 95, max: 100 });
  assert.deepEqual(spreadOf([7.06]), { p50: 7.1, p95: 7.1, max: 7.1 });
  assert.equal(rounded(1.25), 1.3);
});
