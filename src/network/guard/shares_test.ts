import assert from "node:assert/strict";
import { Shares } from "./shares.ts";

Deno.test("each has a bound, strangers together another, and whoever is protected has what is left", () => {
  const shares = new Shares({ all: 100, each: 30 });
  assert.ok(shares.take("a", 30, false));
  assert.ok(!shares.take("a", 1, false));
  assert.ok(shares.take("b", 30, false));
  assert.ok(!shares.take("c", 16, false));
  assert.ok(shares.take("c", 15, false));
  assert.ok(shares.take("validator", 25, true));
  assert.ok(!shares.take("validator", 1, true));
  assert.equal(shares.held, 100);
});

Deno.test("what is given back may be taken again", () => {
  const shares = new Shares({ all: 100, each: 30 });
  shares.take("a", 20, false);
  shares.take("a", 10, false);
  shares.give("a", 20);
  assert.equal(shares.heldBy("a"), 10);
  shares.give("a", 10);
  assert.equal(shares.held, 0);
  assert.ok(shares.take("a", 30, false));
});
