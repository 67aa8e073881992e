import assert from "node:assert/strict";
import { ErrorCode } from "../../errors/mod.ts";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { contentOf, splitNamed } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { Grant, readCredit } from "./credit.ts";
import { WINDOW } from "../paths/arrivals.ts";
import { Window } from "./window.ts";

const FIRST = LIMITS.windowBytesMin[2];
const steady = () =>
  new Window({
    clock: simClock(new Scheduler(seededRandom(1))),
    ...{ rttMs: () => 100, leastBytes: FIRST, mostBytes: () => FIRST },
  });
const creditIn = (frame: Uint8Array) =>
  readCredit(splitNamed(contentOf(frame)).body);

Deno.test("what has been taken is granted again, half of the window at a time", () => {
  const grant = new Grant(2, steady());
  assert.equal(grant.took(FIRST / 2 - 1), false);
  assert.equal(grant.took(1), true);
  const credit = grant.tell()!;
  const limit = FIRST + FIRST / 2;
  assert.deepEqual(creditIn(credit), { of: 2, frames: 2, limit });
  assert.equal(grant.tell(), undefined);
  grant.took(1);
  const rest = creditIn(grant.tell()!);
  assert.deepEqual(rest, { of: 2, frames: 3, limit: limit + 1 });
});

Deno.test("many small frames are acknowledged before their sender has too many on their way", () => {
  const grant = new Grant(2, steady());
  let taken = 0;
  let told = 0;
  for (; taken < 3 * WINDOW; taken++) {
    if (grant.took(1)) told = creditIn(grant.tell()!).frames;
    assert.ok(taken - told < WINDOW / 2);
  }
});

Deno.test("a sender that has used all up is never left waiting", () => {
  const window = steady();
  const grant = new Grant(2, window);
  let limit: number = FIRST;
  let sent = 0;
  for (const bytes of [1, FIRST, 3 * FIRST, 7, FIRST / 2, 2 * FIRST]) {
    assert.ok(sent < limit);
    sent += bytes;
    if (grant.took(bytes)) limit = creditIn(grant.tell()!).limit;
  }
  assert.ok(sent < limit);
});

Deno.test("a credit that is none is malformed", () => {
  const endless = [1, 9].map((at) => {
    const body = new Uint8Array(17);
    new DataView(body.buffer).setFloat64(at, Infinity, true);
    return body;
  });
  const ofNone = new Uint8Array(17).fill(3, 0, 1);
  for (const body of [new Uint8Array(16), ofNone, ...endless]) {
    assert.throws(() => readCredit(body), {
      code: ErrorCode.MESSAGE_MALFORMED,
    });
  }
});
