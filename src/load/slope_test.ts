import assert from "node:assert/strict";
import { slopeOf } from "./slope.ts";

Deno.test("a straight line has its slope, wherever it begins", () => {
  const line = [3, 4, 5].map((x) => ({ x, y: 1_000 - 2 * x }));
  assert.equal(slopeOf(line), -2);
});

Deno.test("what goes up and down about a level has none", () => {
  const saw = [0, 1, 1, 0].map((y, x) => ({ x, y }));
  assert.equal(slopeOf(saw), 0);
});

Deno.test("one point, or none, has no slope", () => {
  assert.equal(slopeOf([{ x: 1, y: 5 }]), 0);
  assert.equal(slopeOf([]), 0);
});
