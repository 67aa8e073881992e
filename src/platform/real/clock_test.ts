import assert from "node:assert/strict";
import { systemClock } from "./clock.ts";

const clock = systemClock();

Deno.test("sleep() ends after the delay, schedule() fires once unless cancelled", async () => {
  const fired: string[] = [];
  clock.schedule(1, () => fired.push("kept"));
  clock.schedule(1, () => fired.push("cancelled")).cancel();
  const start = clock.monotonic();
  await clock.sleep(20);
  assert.ok(clock.monotonic() - start >= 19);
  assert.deepEqual(fired, ["kept"]);
});

Deno.test("sleep() rejects with the signal's reason and leaves no timer", async () => {
  const controller = new AbortController();
  const sleeping = clock.sleep(60_000, controller.signal);
  controller.abort(new Error("stop"));
  await assert.rejects(sleeping, /stop/);
  await assert.rejects(clock.sleep(60_000, controller.signal), /stop/);
});

Deno.test("a delay too long for a timer does not fire at once", async () => {
  let fired = false;
  const timer = clock.schedule(2 ** 40, () => fired = true);
  await clock.sleep(5);
  timer.cancel();
  assert.equal(fired, false);
});
