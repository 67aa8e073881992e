import assert from "node:assert/strict";
import { ErrorCode } from "../../errors/mod.ts";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { contentOf, splitNamed } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { Allowance, Grant, readCredit } from "./credit.ts";
import { Window } from "./window.ts";

const FIRST = LIMITS.windowBytesMin[2];
const steady = () =>
  new Window({
    clock: simClock(new Scheduler(seededRandom(1))),
    ...{ rttMs: () => 100, leastBytes: FIRST, mostBytes: FIRST },
  });
const limitIn = (frame: Uint8Array) =>
  readCredit(splitNamed(contentOf(frame)).body);

Deno.test("a sender waits at its limit, and goes on when the receiver names another", async () => {
  const allowance = new Allowance(2);
  await allowance.spend(FIRST - 1);
  await allowance.spend(1_000);
  let isSpent = false;
  const next = allowance.spend(1).then(() => isSpent = true);
  allowance.extend(FIRST + 999);
  await Promise.resolve();
  assert.ok(!isSpent);
  allowance.extend(FIRST + 1_000);
  await next;
  allowance.extend(0);
  const last = allowance.spend(1);
  allowance.close();
  await last;
});

Deno.test("what has been taken is granted again, half of the window at a time", () => {
  const grant = new Grant(2, steady());
  assert.equal(grant.took(FIRST / 2 - 1), undefined);
  const credit = grant.took(1)!;
  assert.deepEqual(limitIn(credit), { of: 2, limit: FIRST + FIRST / 2 });
});

Deno.test("a sender that has used all up is never left waiting", () => {
  const window = steady();
  const grant = new Grant(2, window);
  let limit: number = FIRST;
  let sent = 0;
  for (const bytes of [1, FIRST, 3 * FIRST, 7, FIRST / 2, 2 * FIRST]) {
    assert.ok(sent < limit);
    sent += bytes;
    const credit = grant.took(bytes);
    if (credit) limit = limitIn(credit).limit;
  }
  assert.ok(sent < limit);
});

Deno.test("a credit that is none is malformed", () => {
  const endless = new Uint8Array(9);
  new DataView(endless.buffer).setFloat64(1, Infinity, true);
  const bad = [Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0), new Uint8Array(8)];
  for (const body of [...bad, endless]) {
    assert.throws(() => readCredit(body), {
      code: ErrorCode.MESSAGE_MALFORMED,
    });
  }
});
