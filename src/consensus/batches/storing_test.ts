import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { Storing } from "./storing.ts";

const BATCH = Uint8Array.of(1);

const digest = (n: number) => new Uint8Array(32).fill(n);

/** A store that says when each batch came, and keeps none with an odd name. */
function start(gatherMs = 5) {
  const scheduler = new Scheduler(seededRandom("storing"));
  const came: [name: number, atMs: number][] = [];
  const storing = new Storing({
    clock: simClock(scheduler),
    gatherMs,
    store: {
      putBatch: (digest) => {
        came.push([digest[0]!, scheduler.now()]);
        return digest[0]! % 2 === 0
          ? Promise.resolve()
          : Promise.reject(new Error("no room"));
      },
    },
  });
  return { scheduler, came, storing };
}

Deno.test("batches that come within a few milliseconds are written together", async () => {
  const { scheduler, came, storing } = start();
  const puts = [storing.put(digest(2), BATCH)];
  await scheduler.run(3);
  puts.push(storing.put(digest(4), BATCH));
  await scheduler.run(3);
  puts.push(storing.put(digest(6), BATCH));
  await scheduler.run(10);
  await Promise.all(puts);
  assert.deepEqual(came, [[2, 5], [4, 5], [6, 11]]);
});

Deno.test("whoever needs one does not wait for others to come, and hears which failed", async () => {
  const { scheduler, came, storing } = start();
  const failing = assert.rejects(storing.put(digest(1), BATCH));
  const put = storing.put(digest(2), BATCH);
  await scheduler.run(1);
  assert.deepEqual(await storing.over([digest(8)]), [digest(8)]);
  assert.deepEqual(came, []);
  const names = [1, 2, 8].map(digest);
  assert.deepEqual(await storing.over(names), [digest(2), digest(8)]);
  assert.deepEqual(came, [[1, 1], [2, 1]]);
  await Promise.all([failing, put]);
  await scheduler.run(10);
  assert.equal(came.length, 2);
});

Deno.test("where nothing is gathered a batch is written at once", async () => {
  const { came, storing } = start(0);
  await storing.put(digest(2), BATCH);
  assert.deepEqual(came, [[2, 0]]);
});
