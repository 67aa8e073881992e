import assert from "node:assert/strict";
import { handClock } from "../testing/hand_clock.ts";
import { TEST_PEERS } from "../testing/mod.ts";
import { NetworkTotals } from "./totals.ts";

Deno.test("the network is looked at once a second, however often somebody asks", async () => {
  const clock = handClock();
  let looks = 0;
  const metrics = () => {
    looks++;
    return Promise.resolve(TEST_PEERS.metrics);
  };
  const totals = new NetworkTotals({ metrics }, clock);
  for (let ms = 0; ms < 2_500; ms += 100) {
    assert.equal(await totals.read(), TEST_PEERS.metrics);
    clock.pass(100);
  }
  assert.equal(looks, 3);
});
