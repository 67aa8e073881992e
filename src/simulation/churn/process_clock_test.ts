import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { ProcessClock } from "./process_clock.ts";

Deno.test("the timers of a process are counted, and end with it", async () => {
  const scheduler = new Scheduler(seededRandom(1));
  const clock = new ProcessClock(simClock(scheduler));
  const seen: string[] = [];
  clock.schedule(10, () => seen.push("first"));
  clock.schedule(20, () => seen.push("cancelled")).cancel();
  clock.schedule(30, () => seen.push("never"));
  assert.equal(clock.pending, 2);
  await scheduler.run(15);
  assert.equal(clock.pending, 1);
  clock.end();
  clock.schedule(1, () => seen.push("after the end"));
  await scheduler.run(100);
  assert.deepEqual([seen, clock.pending], [["first"], 0]);
});
