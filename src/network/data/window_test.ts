import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { Window } from "./window.ts";

const LEAST = 64 << 10;
const MOST = 1 << 20;
const RTT_MS = 100;

function open() {
  const scheduler = new Scheduler(seededRandom(1));
  const clock = simClock(scheduler);
  const window = new Window({
    ...{ clock, rttMs: () => RTT_MS },
    ...{ leastBytes: LEAST, mostBytes: () => MOST },
  });
  /** So many bytes come in each round trip. */
  const receive = async (roundTrips: number, bytes: number | "all") => {
    for (let count = 0; count < roundTrips; count++) {
      await scheduler.run(RTT_MS);
      window.took(bytes === "all" ? window.bytes : bytes);
    }
  };
  return { window, receive };
}

Deno.test("a window that is used up doubles in each round trip, up to its bound", async () => {
  const { window, receive } = open();
  assert.equal(window.bytes, LEAST);
  await receive(1, "all");
  assert.equal(window.bytes, 2 * LEAST);
  await receive(1, "all");
  assert.equal(window.bytes, 4 * LEAST);
  await receive(10, "all");
  assert.equal(window.bytes, MOST);
});

Deno.test("a window becomes twice what the path carries in a round trip, and then rests", async () => {
  const { window, receive } = open();
  await receive(20, 150_000);
  assert.equal(window.bytes, 300_000);
});

Deno.test("a window shrinks slowly when less comes, and not below its least", async () => {
  const { window, receive } = open();
  await receive(10, "all");
  await receive(1, 1_000);
  assert.equal(window.bytes, MOST * 7 / 8);
  await receive(100, 1_000);
  assert.equal(window.bytes, LEAST);
});

Deno.test("what comes within one round trip is looked at together", () => {
  const { window } = open();
  for (let count = 0; count < 100; count++) window.took(LEAST);
  assert.equal(window.bytes, LEAST);
});
