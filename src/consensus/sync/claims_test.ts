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
  claims.keep(["b"]);
  assert.equal(claims.highest, 0n);
});
