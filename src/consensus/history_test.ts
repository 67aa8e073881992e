import assert from "node:assert/strict";
import { History, HISTORY_HEIGHTS } from "./history.ts";

Deno.test("what a block named is remembered for the window, and no longer", () => {
  const history = new History();
  const item = new Uint8Array([1]);
  history.add(1n, [item]);
  for (let height = 2n; height <= HISTORY_HEIGHTS; height++) {
    history.add(height, []);
    assert.ok(history.has(item));
  }
  history.add(HISTORY_HEIGHTS + 1n, []);
  assert.equal(history.has(item), false);
});
