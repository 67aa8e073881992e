import assert from "node:assert/strict";
import { Places } from "./places.ts";

Deno.test("places are taken up to the bound of each name, or of none", () => {
  const places = new Places();
  assert.equal(places.take([["a", 2], ["net", 3]]), undefined);
  assert.equal(places.take([["a", 2], ["net", 3]]), undefined);
  assert.equal(places.take([["a", 2], ["net", 3]]), "a");
  assert.equal(places.take([["b", 2], ["net", 3]]), undefined);
  assert.equal(places.take([["c", 2], ["net", 3]]), "net");
  assert.equal(places.count("c"), 0);
});

Deno.test("who left is forgotten", () => {
  const places = new Places();
  places.take([["a", 1]]);
  places.give(["a"]);
  assert.equal(places.size, 0);
  places.give(["a"]);
  assert.equal(places.take([["a", 1]]), undefined);
});
