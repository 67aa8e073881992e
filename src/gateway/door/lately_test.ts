import assert from "node:assert/strict";
import { Lately } from "./lately.ts";

Deno.test("the most of a stretch of time counts until the next one is over", () => {
  const lately = new Lately(Math.max, 100, { nowMs: 0, none: 0 });
  assert.equal(lately.value, 0);
  lately.see(5, 10);
  lately.see(3, 99);
  assert.equal(lately.value, 5);
  lately.see(2, 100);
  assert.equal(lately.value, 5);
  lately.see(4, 150);
  assert.equal(lately.value, 5);
  lately.see(1, 200);
  assert.equal(lately.value, 4);
});

Deno.test("so does the least", () => {
  const lately = new Lately(Math.min, 100, { nowMs: 0, none: 9 });
  assert.equal(lately.value, 9);
  lately.see(5, 10);
  lately.see(7, 100);
  assert.equal(lately.value, 5);
  lately.see(8, 200);
  assert.equal(lately.value, 7);
});
