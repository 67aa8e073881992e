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

/** A disk that writes when it is told to. */
function startSlow() {
  const writes: PromiseWithResolvers<void>[] = [];
  const storing = new Storing({
    clock: simClock(new Scheduler(seededRandom("storing"))),
    gatherMs: 0,
    store: {
      putBatch() {
        const write = Promise.withResolvers<void>();
        writes.push(write);
        return write.promise;
      },
    },
  });
  return { storing, writes };
}

const ticks = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("what comes while others are stored is waited for as well", async () => {
  const [one, other] = [digest(2), digest(4)];
  const { storing, writes } = startSlow();
  storing.put(one, BATCH);
  let over: Uint8Array[] | undefined;
  storing.over([one, other]).then((those) => over = those);
  storing.put(other, BATCH);
  await ticks();
  writes[0]!.resolve();
  await ticks();
  assert.equal(over, undefined);
  writes[1]!.resolve();
  await ticks();
  assert.deepEqual(over, [one, other]);
});

Deno.test("what could not be stored may be stored again", async () => {
  const { storing, writes } = startSlow();
  const failed = assert.rejects(storing.put(digest(2), BATCH), /full/);
  const over = storing.over([digest(2)]);
  await ticks();
  writes[0]!.reject(new Error("full"));
  await failed;
  assert.deepEqual(await over, []);
  storing.put(digest(2), BATCH);
  await ticks();
  writes[1]!.resolve();
  assert.deepEqual(await storing.over([digest(2)]), [digest(2)]);
});
