import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../platform/mod.ts";
import { Gather } from "./gather.ts";

function world(countMax: number) {
  const scheduler = new Scheduler(seededRandom("gather"));
  const gather = new Gather({ clock: simClock(scheduler), ms: 4, countMax });
  const over: string[] = [];
  const wait = (name: string) => gather.wait().then(() => over.push(name));
  return { scheduler, gather, over, wait };
}

Deno.test("what comes within the time goes on together, when the first has waited for it", async () => {
  const { scheduler, over, wait } = world(9);
  wait("a");
  await scheduler.run(3);
  wait("b");
  await scheduler.run(0.5);
  assert.deepEqual(over, []);
  await scheduler.run(0.5);
  assert.deepEqual(over, ["a", "b"]);
  wait("c");
  await scheduler.run(3.5);
  assert.deepEqual(over, ["a", "b"]);
  await scheduler.run(0.5);
  assert.deepEqual(over, ["a", "b", "c"]);
});

Deno.test("enough of them, or whoever cannot wait, end the waiting", async () => {
  const { scheduler, gather, over, wait } = world(2);
  wait("a");
  wait("b");
  await scheduler.run(0);
  assert.deepEqual(over, ["a", "b"]);
  wait("c");
  gather.release();
  await scheduler.run(0);
  assert.deepEqual(over, ["a", "b", "c"]);
  wait("d");
  gather.stop();
  await scheduler.run(100);
  assert.deepEqual(over, ["a", "b", "c"]);
});
