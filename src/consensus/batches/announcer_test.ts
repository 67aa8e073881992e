import assert from "node:assert/strict";
import {
  logTo,
  Scheduler,
  seededRandom,
  simClock,
} from "../../platform/mod.ts";
import { Announcer } from "./announcer.ts";

const digest = (n: number) => new Uint8Array(32).fill(n);

/** An announcer, what it says, and when: each digest by its first byte. */
function world(validators = 4) {
  const scheduler = new Scheduler(seededRandom("announcer"));
  const said: [atMs: number, digests: number[]][] = [];
  const announcer = new Announcer({
    clock: simClock(scheduler),
    log: logTo(() => undefined),
    validators: { count: validators },
    announcements: {
      make: (digests) =>
        Promise.resolve(Uint8Array.from(digests, (one) => one[0]!)),
    },
    network: {
      broadcast: (_channel, message) =>
        void said.push([Math.round(scheduler.now()), [...message]]),
    },
  });
  /** Batches come at these milliseconds, then a block is decided. */
  const block = async (...atMs: number[]) => {
    const start = scheduler.now();
    said.length = 0;
    for (const [at, ms] of atMs.entries()) {
      await scheduler.run(start + ms - scheduler.now());
      announcer.came(digest(at));
    }
    await scheduler.run(start + 40 - scheduler.now());
    announcer.decided();
    return said.map(([at, digests]) => [at - start, digests]);
  };
  return { announcer, block, said, scheduler };
}

Deno.test("the first batch is announced at once where none came together before", async () => {
  const { block } = world();
  assert.deepEqual(await block(10, 12, 14), [[10, [0]], [15, [1, 2]]]);
});

Deno.test("as many as came together for the block before are waited for, but not for long", async () => {
  const { block } = world();
  await block(10, 12, 14);
  assert.deepEqual(await block(10, 11, 13), [[13, [0, 1, 2]]]);
  assert.deepEqual(await block(10, 11), [[20, [0, 1]]]);
  assert.deepEqual(await block(10, 12), [[12, [0, 1]]]);
});

Deno.test("batches that come from afar one after the other wait for nobody", async () => {
  const { block } = world();
  await block(2, 14, 30);
  assert.deepEqual(await block(2, 14, 30), [[2, [0]], [14, [1]], [30, [2]]]);
});

Deno.test("what is said again does not wait for what comes", async () => {
  const { announcer, block, said, scheduler } = world();
  await block(10, 11, 12);
  await block();
  said.length = 0;
  announcer.again([digest(7)]);
  await scheduler.run(1);
  assert.deepEqual(said.map(([, digests]) => digests), [[7]]);
});

Deno.test("with many validators announcements are further apart, and none comes after the end", async () => {
  const { announcer, block } = world(20);
  assert.deepEqual(await block(0, 8, 15), [[0, [0]], [20, [1, 2]]]);
  announcer.came(digest(1));
  announcer.stop();
  assert.deepEqual(await block(1), []);
});
