import assert from "node:assert/strict";
import { Pace } from "./pace.ts";

function open() {
  let now = 0;
  const clock = { monotonic: () => now };
  const pace = new Pace(clock, { perSecond: 100, burst: 50 });
  return { pass: (ms: number) => now += ms, pace };
}

Deno.test("who sends its burst is read on, who sends more waits until it is paid", () => {
  const { pass, pace } = open();
  assert.equal(pace.spend(50), 0);
  assert.equal(pace.spend(1), 0, "a pause that is too short for a timer");
  assert.equal(pace.spend(9), 100);
  pass(100);
  assert.equal(pace.spend(5), 50);
});

Deno.test("a flood gets what its share is, whatever it sends", () => {
  const { pass, pace } = open();
  let sent = 0;
  for (let ms = 0; ms < 10_000;) {
    sent++;
    const waitMs = pace.spend(1);
    pass(waitMs);
    ms += waitMs;
  }
  assert.ok(sent <= 50 + 1_000 + 3, `${sent}`);
});

Deno.test("who owes for seconds on end is told from who sends much at times", () => {
  const { pass, pace } = open();
  for (let n = 0; n < 20; n++) {
    pace.spend(100);
    assert.ok(!pace.hasOwedFor(3_000));
    pass(1_000);
  }
  let flagged = 0;
  for (let n = 0; n < 90; n++) {
    pass(pace.spend(10));
    if (pace.hasOwedFor(3_000)) flagged++;
  }
  assert.equal(flagged, 2);
});
