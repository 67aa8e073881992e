import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Dialer } from "./dialer.ts";

/** A dialer to one target, whose answers end `lastingMs` later. */
function open(lastingMs: number) {
  const random = seededRandom(1);
  const scheduler = new Scheduler(random);
  const clock = simClock(scheduler);
  const dials: number[] = [];
  let isConnected = false;
  const dialer: Dialer = new Dialer({
    ...{ clock, random },
    isDone: () => isConnected,
    dial() {
      dials.push(clock.monotonic());
      isConnected = true;
      clock.schedule(lastingMs, () => {
        isConnected = false;
        dialer.retry();
      });
      return Promise.resolve();
    },
    isFinal: () => false,
    onFailure() {},
  });
  return { dialer, scheduler, dials };
}

const MINUTES_MS = 10 * 60_000;

Deno.test("a peer that answers and hangs up at once is dialled ever more seldom", async () => {
  const { dialer, scheduler, dials } = open(10);
  dialer.want("peer", ["a"]);
  await scheduler.run(MINUTES_MS);
  assert.ok(dials.length >= MINUTES_MS / LIMITS.redialMsMax);
  const most = 2 * MINUTES_MS / LIMITS.redialMsMax + 10;
  assert.ok(dials.length < most, `${dials.length} dials in ten minutes`);
  dialer.close();
});

Deno.test("a peer whose connections last is dialled again soon", async () => {
  const { dialer, scheduler, dials } = open(LIMITS.stableMs);
  dialer.want("peer", ["a"]);
  await scheduler.run(MINUTES_MS);
  const pauses = dials.slice(1).map((at, n) => at - dials[n]!);
  const longest = LIMITS.stableMs + LIMITS.redialMsMin + 1;
  assert.ok(Math.max(...pauses) <= longest);
  dialer.close();
});

Deno.test("a peer that says every moment that it is reached elsewhere sets off no storm of dials", async () => {
  const { dialer, scheduler, dials } = open(1);
  for (let n = 0; n < 1_000; n++) {
    dialer.want("peer", [String(n)]);
    await scheduler.run(10);
  }
  assert.ok(dials.length <= 10_000 / LIMITS.dialEveryMs + 1, `${dials.length}`);
  dialer.close();
});
