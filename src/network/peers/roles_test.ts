import assert from "node:assert/strict";
import { LIMITS } from "../limits.ts";
import { Roles } from "./roles.ts";

const DAY_MS = 24 * 3_600_000;

Deno.test("peers are protected by name, or for a day by a validator's proof", () => {
  let now = 0;
  const roles = new Roles({ now: () => now }, {
    persistent: ["a", "b"],
    private: ["b"],
  });
  assert.deepEqual([roles.prove("c"), roles.prove("c")], [true, false]);
  assert.deepEqual(["a", "b", "c", "d"].map((id) => roles.of(id)), [
    ["persistent"],
    ["persistent", "private"],
    ["validator"],
    [],
  ]);
  now = DAY_MS;
  assert.deepEqual(
    ["a", "b", "c", "d"].map((id) => roles.isProtected(id)),
    [true, true, false, false],
  );
  assert.deepEqual(roles.validators(), []);
});

Deno.test("of very many validators the one whose proof is oldest is forgotten", () => {
  const roles = new Roles({ now: () => 1 }, { persistent: [], private: [] });
  roles.prove("first");
  for (let n = 1; n < LIMITS.provenValidatorsMax; n++) roles.prove(String(n));
  roles.prove("first");
  roles.prove("one more");
  assert.ok(roles.isProtected("first"));
  assert.ok(!roles.isProtected("1"));
});
