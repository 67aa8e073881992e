import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../platform/mod.ts";
import { LIMITS } from "./limits.ts";
import { Seen } from "./seen.ts";

const vote = Uint8Array.of(1, 2, 3);

function open() {
  const scheduler = new Scheduler(seededRandom(1));
  return { scheduler, seen: new Seen(simClock(scheduler)) };
}

Deno.test("a message is heard by its first way only, and there as often as it is sent", () => {
  const { seen } = open();
  assert.ok(seen.isNew("gossip", "vote", vote));
  assert.ok(!seen.isNew("data", "vote", vote));
  assert.ok(!seen.isNew("control", "vote", vote));
  assert.ok(seen.isNew("gossip", "vote", vote));
  assert.ok(seen.isNew("data", "proposal", vote));
});

Deno.test("a message that is repeated later is heard by whatever way", async () => {
  const { scheduler, seen } = open();
  seen.isNew("gossip", "vote", vote);
  await scheduler.run(LIMITS.seenMs - 1);
  assert.ok(!seen.isNew("data", "vote", vote));
  await scheduler.run(1);
  assert.ok(seen.isNew("data", "vote", vote));
});

Deno.test("of too many messages the oldest are forgotten", () => {
  const { seen } = open();
  const message = (n: number) => Uint8Array.of(n, n >>> 8);
  for (let n = 0; n < LIMITS.seenMax + 10; n++) {
    seen.isNew("data", "vote", message(n));
  }
  assert.ok(seen.isNew("gossip", "vote", message(0)));
  assert.ok(!seen.isNew("gossip", "vote", message(LIMITS.seenMax + 9)));
});
