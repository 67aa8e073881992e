import assert from "node:assert/strict";
import { Busy } from "./busy.ts";

Deno.test("transactions come quickly after some blocks with many submissions, until one has few or is empty", () => {
  const busy = new Busy();
  const block = (submissions: number, batches = 1) => {
    for (let n = 0; n < submissions; n++) busy.submitted();
    busy.executed({ batches: Array(batches) });
    return busy.isBusy;
  };
  assert.deepEqual([3, 3, 5, 4].map((n) => block(n)), [
    false,
    false,
    true,
    true,
  ]);
  assert.equal(block(2), false);
  assert.deepEqual([3, 3, 3].map((n) => block(n)), [false, false, true]);
  assert.equal(block(9, 0), false);
});
