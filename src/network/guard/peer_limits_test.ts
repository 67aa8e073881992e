import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import type { Class } from "../channels.ts";
import { LIMITS } from "../limits.ts";
import { Drops } from "./drops.ts";
import { PeerLimits } from "./peer_limits.ts";

function open() {
  const scheduler = new Scheduler(seededRandom(1));
  const clock = simClock(scheduler);
  const drops = new Drops();
  const deeds: string[] = [];
  const limits = new PeerLimits({
    ...{ clock, drops },
    limits: {
      messages_per_second: 100,
      bytes_per_second: 1_000_000,
      requests_per_second: 50,
      requests_at_once: 4,
      memory_per_peer: 1_000,
    },
    onDeed: (id, deed) => deeds.push(`${id} ${deed}`),
  });
  /** Sends as fast as it is read; gives how much was read in so many seconds. */
  const flood = async (
    id: string,
    of: Class,
    bytes: number,
    seconds: number,
  ) => {
    let read = 0;
    const end = clock.monotonic() + seconds * 1_000;
    (async () => {
      while (clock.monotonic() < end) {
        await limits.message(id, of, bytes);
        read++;
      }
    })();
    await scheduler.run(seconds * 1_000);
    return read;
  };
  return { scheduler, drops, deeds, limits, flood };
}

Deno.test("a flood of small messages is read at its pace, is told, and other classes and peers go on", async () => {
  const { flood, deeds, limits, drops } = open();
  const read = await flood("a", 1, 10, 10);
  assert.ok(read <= 200 + 1_000 + 10, `${read}`);
  assert.ok(deeds.length >= 2 && deeds.every((deed) => deed === "a flood"));
  assert.ok(drops.all().paused! > 100);
  assert.equal(limits.message("a", 0, 10), undefined);
  assert.equal(limits.message("b", 1, 10), undefined);
});

Deno.test("bytes have a pace too; votes a slower one than bulk", async () => {
  const { flood } = open();
  const [votes, bulk] = [
    await flood("a", 0, 100_000, 10),
    await flood("b", 2, 100_000, 10),
  ];
  assert.ok(votes <= 5 + 25 + 2, `${votes}`);
  assert.ok(bulk > 3 * votes && bulk <= 20 + 100 + 2, `${bulk}`);
});

Deno.test("validators may send more", async () => {
  const { flood, limits, deeds } = open();
  limits.protect(["a"]);
  const read = await flood("a", 1, 10, 10);
  assert.ok(read > 8_000, `${read}`);
  assert.ok(deeds.every((deed) => deed === "a flood"));
});

Deno.test("one peer asks so much at once; more is refused, and counts against it", async () => {
  const { limits, deeds, drops, scheduler } = open();
  const answers = Array.from(
    { length: 4 },
    () => limits.question("a", () => new Promise<string>(() => {})),
  );
  assert.equal(answers.length, 4);
  const busy = { codeName: "RPC_BUSY" };
  await assert.rejects(limits.question("a", () => Promise.resolve()), busy);
  assert.deepEqual(deeds, ["a excess"]);
  assert.deepEqual(drops.all(), { requests: 1 });
  assert.equal(await limits.question("b", () => Promise.resolve(1)), 1);
  await scheduler.run(10);
});

Deno.test("who does not ask to the end, or does not read, in time counts as one who asks too much", async () => {
  const { limits, deeds, drops, scheduler } = open();
  const never = limits.question("a", () => new Promise(() => {}));
  const late = assert.rejects(never, { codeName: "PEER_TIMEOUT" });
  await scheduler.run(LIMITS.answerReadMsMax);
  await late;
  assert.deepEqual(deeds, ["a excess"]);
  assert.deepEqual(drops.all(), { slow: 1 });
});

Deno.test("questions have a pace", async () => {
  const { limits, scheduler } = open();
  let answered = 0;
  const ask = async () => {
    while (answered < 10_000) {
      await limits.question("a", () => Promise.resolve(answered++));
    }
  };
  ask();
  await scheduler.run(10_000);
  assert.ok(answered <= 100 + 500 + 5, `${answered}`);
});

Deno.test("questions and answers of one peer hold so much memory, which comes back", async () => {
  const { limits, drops } = open();
  const hold = (id: string, bytes: number) =>
    limits.question(id, (memory) => {
      memory.take(bytes);
      assert.equal(limits.heldBytes, bytes);
      memory.give(bytes);
      return Promise.resolve();
    });
  await hold("a", 1_000);
  await assert.rejects(hold("a", 1_001), { codeName: "RPC_BUSY" });
  limits.protect(["a"]);
  await hold("a", 100_000);
  assert.equal(limits.heldBytes, 0);
  assert.deepEqual(drops.all(), { memory: 1 });
});

Deno.test("gossip beyond the pace is not looked at", async () => {
  const { limits, drops, deeds, scheduler } = open();
  let heard = 0;
  for (let second = 0; second < 10; second++) {
    for (let n = 0; n < 1_000; n++) if (limits.gossip("a")) heard++;
    await scheduler.run(1_000);
  }
  assert.ok(heard < 400, `${heard}`);
  assert.ok(drops.all().gossip! > 9_000);
  assert.ok(deeds.length >= 2);
});
