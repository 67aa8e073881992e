import assert from "node:assert/strict";
import { nearest } from "./mod.ts";

const names = ["max_peers", "max_data", "port"];

Deno.test("nearest() gives the candidate that takes the fewest edits", () => {
  for (const word of ["max_peer", "maxpeers", "MAX_PEERS", "max_pears"]) {
    assert.equal(nearest(word, names), "max_peers", word);
  }
  assert.equal(nearest("prot", names), "port");
});

Deno.test("nearest() gives nothing when nothing is near", () => {
  for (const word of ["zzzzzzzz", "", "x"]) {
    assert.equal(nearest(word, names), undefined, word);
  }
});
