import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import type { Author, OwnBatch } from "./author.ts";
import type { BatchPool } from "./pool.ts";
import { Press } from "./press.ts";

/** A press whose batches take no time to make; something always waits while `rich`. */
function world() {
  const scheduler = new Scheduler(seededRandom("press"));
  const made: number[] = [];
  const state = { rich: true };
  const author = {
    next() {
      if (!state.rich) return Promise.resolve(undefined);
      made.push(scheduler.now());
      const digest = new Uint8Array(32).fill(made.length);
      const batch = new Uint8Array();
      const stored = Promise.resolve();
      return Promise.resolve<OwnBatch>({ digest, batch, stored });
    },
  };
  const press = new Press({
    clock: simClock(scheduler),
    author: author as unknown as Author,
    pool: { own: 0 } as BatchPool,
    blockTimeMs: 100,
    height: () => 1n,
    publish: () => undefined,
    onError: (error) => assert.fail(String(error)),
  });
  const start = scheduler.now();
  return {
    state,
    press,
    /** When batches were made, since the start. */
    made: () => made.map((ms) => Math.round(ms - start)),
    at: (ms: number) => scheduler.run(start + ms - scheduler.now()),
    now: () => scheduler.now() - start,
    digest: () => new Uint8Array(32).fill(made.length),
  };
}

Deno.test("the first batch is made at once, the next when no block comes in time", async () => {
  const { press, made, at } = world();
  press.wake();
  await at(99);
  assert.deepEqual(made(), [0]);
  await at(101);
  assert.deepEqual(made(), [0, 100]);
  press.stop();
  await at(1_000);
  assert.deepEqual(made(), [0, 100]);
});

Deno.test("after a decision a batch is made so that it gets around before the next block", async () => {
  const { press, made, at, digest, state } = world();
  // Those before took 20 ms to get around.
  for (let round = 0; round < 40; round++) {
    state.rich = true;
    press.decided(true, 200 * round);
    press.wake();
    await at(200 * round + 20);
    state.rich = false;
    press.ready(digest());
    await at(200 * round + 200);
  }
  const before = made().length;
  state.rich = true;
  press.decided(true, 8_100);
  press.wake();
  await at(8_070);
  assert.equal(made().length, before);
  await at(8_080);
  assert.equal(made().length, before + 1);
  press.stop();
});

Deno.test("what comes when nothing waited before the next block is not kept waiting", async () => {
  const { press, made, at, state } = world();
  press.wake();
  await at(10);
  press.decided(true, 100);
  state.rich = false;
  press.wake();
  await at(150);
  state.rich = true;
  press.wake();
  await at(151);
  assert.deepEqual(made(), [0, 150]);
  press.stop();
});

Deno.test("what other authors should have leaves as long before their next batches as one travels", async () => {
  const { press, at, digest, now } = world();
  const start = now();
  // They take 40 ms to get around, blocks 200.
  for (let round = 0; round < 40; round++) {
    await at(200 * round);
    press.decided(true, 200 * round);
    press.wake();
    await at(200 * round + 40);
    press.ready(digest());
  }
  const last = start + 200 * 39;
  // The next batch is expected a block later.
  assert.equal(Math.round(press.forwardMs - last), 200 - 40);
  await at(200 * 40);
  // The block is decided, and the next one starts so late that there is time.
  press.decided(true, 200 * 40 + 100);
  const madeMs = 100 - 1.25 * 40;
  assert.equal(Math.round(press.forwardMs - last - 200), madeMs - 40);
  press.stop();
});
