import assert from "node:assert/strict";
import { Claims } from "./claims.ts";

Deno.test("the highest claim counts, and names who made it", () => {
  const claims = new Claims();
  claims.note("a", 5n, 0);
  claims.note("b", 9n, 0);
  claims.note("b", 7n, 0);
  assert.equal(claims.highest, 9n);
  assert.deepEqual(claims.at(6n), ["b"]);
  assert.deepEqual(claims.at(5n), ["a", "b"]);
});

Deno.test("an empty claim is dropped, and its author not heard for a while", () => {
  const claims = new Claims();
  claims.note("a", 5n, 0);
  claims.drop("a", 100);
  claims.note("a", 6n, 1_099);
  assert.equal(claims.highest, 0n);
  claims.note("a", 6n, 1_100);
  assert.equal(claims.highest, 6n);
});

Deno.test("those who left claim nothing", () => {
  const claims = new Claims();
  claims.note("a", 5n, 0);
  claims.keep(["b"], 0);
  assert.equal(claims.highest, 0n);
});

Deno.test("nothing is left of those who come, give nothing and go", () => {
  const claims = new Claims();
  for (let n = 0; n < 100; n++) {
    claims.note(`${n}`, 5n, 10 * n);
    claims.drop(`${n}`, 10 * n);
    claims.keep([], 10 * n);
  }
  assert.equal(claims.size, 100);
  claims.keep([], 1_500);
  assert.equal(claims.size, 49);
  claims.keep([], 1_990);
  assert.equal(claims.size, 0);
});
