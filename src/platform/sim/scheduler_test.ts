import assert from "node:assert/strict";
import { simClock } from "./clock.ts";
import { seededRandom } from "./random.ts";
import { Scheduler } from "./scheduler.ts";

const scheduler = (seed: number) => new Scheduler(seededRandom(seed));

Deno.test("events run in the order of their times, each with all that it sets off", async () => {
  const world = scheduler(1);
  const seen: string[] = [];
  world.schedule(20, () => seen.push(`b at ${world.now()}`));
  world.schedule(10, async () => {
    await Promise.resolve().then(() => Promise.resolve());
    seen.push(`a at ${world.now()}`);
  });
  world.schedule(15, () => seen.push("cancelled")).cancel();
  await world.run(30);
  assert.deepEqual(seen, ["a at 10", "b at 20"]);
  assert.equal(world.now(), 30);
});

Deno.test("the seed decides between events of one moment, the same each time", async () => {
  const order = async (seed: number) => {
    const world = scheduler(seed);
    const seen: number[] = [];
    for (let n = 0; n < 6; n++) world.schedule(5, () => seen.push(n));
    await world.run(5);
    return seen.join();
  };
  assert.equal(await order(3), await order(3));
  const orders = await Promise.all([1, 2, 3, 4, 5, 6].map(order));
  assert.ok(new Set(orders).size > 3);
});

Deno.test("runUntil() stops when the condition holds, when time is up, or when nothing is left", async () => {
  const world = scheduler(1);
  let count = 0;
  const tick = () => {
    count++;
    world.schedule(10, tick);
  };
  tick();
  assert.equal(await world.runUntil(() => count === 5, 1000), true);
  assert.equal(world.now(), 40);
  assert.equal(await world.runUntil(() => false, 100), false);
  assert.equal(await scheduler(2).runUntil(() => false, 1e9), false);
});

Deno.test("a fast clock fires early and shows more time than a slow one", async () => {
  const world = scheduler(1);
  const fast = simClock(world, { startMs: 1000, driftPpm: 100_000 });
  const slow = simClock(world, { startMs: 1000, driftPpm: -100_000 });
  const seen: string[] = [];
  fast.schedule(110, () => seen.push(`fast at ${Math.round(world.now())}`));
  const sleeping = slow.sleep(90).then(() =>
    seen.push(`slow at ${Math.round(world.now())}`)
  );
  await world.run(100);
  await sleeping;
  assert.deepEqual(seen.sort(), ["fast at 100", "slow at 100"]);
  assert.deepEqual([fast.now(), slow.now()], [1110, 1090]);
});

Deno.test("an aborted sleep rejects and leaves no event", async () => {
  const world = scheduler(1);
  const controller = new AbortController();
  const sleeping = simClock(world).sleep(50, controller.signal);
  controller.abort(new Error("stop"));
  await assert.rejects(sleeping, /stop/);
  assert.equal(await world.step(), false);
});
