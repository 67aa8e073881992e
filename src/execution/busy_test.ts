import assert from "node:assert/strict";
import { Busy } from "./busy.ts";

Deno.test("transactions come quickly after some full blocks, until one is empty", () => {
  const busy = new Busy();
  const full = { batches: [1] };
  for (let block = 0; block < 3; block++) busy.executed(full);
  assert.equal(busy.isBusy, false);
  busy.executed(full);
  busy.executed(full);
  assert.equal(busy.isBusy, true);
  busy.executed({ batches: [] });
  assert.equal(busy.isBusy, false);
});
