import assert from "node:assert/strict";
import { Buckets } from "./buckets.ts";

const RATE = { perSecond: 2, burst: 3 };

function open(namesMax = 100) {
  let now = 0;
  const clock = { monotonic: () => now };
  const buckets = new Buckets(clock, namesMax);
  const take = (...names: string[]) =>
    buckets.take(names.map((name) => ({ name, rate: RATE })))?.name;
  return { pass: (ms: number) => now += ms, buckets, take };
}

Deno.test("a bucket gives its burst at once, then what flows in, and never more than it holds", () => {
  const { pass, take } = open();
  const taken = () => {
    let count = 0;
    while (take("a") === undefined) count++;
    return count;
  };
  assert.equal(taken(), 3);
  pass(1_000);
  assert.equal(taken(), 2);
  pass(60_000);
  assert.equal(taken(), 3);
});

Deno.test("where one of several is empty nothing is taken of the others", () => {
  const { take } = open();
  for (let n = 0; n < 3; n++) assert.equal(take("a", "b"), undefined);
  assert.equal(take("c", "b"), "b");
  for (let n = 0; n < 3; n++) assert.equal(take("c"), undefined);
  assert.equal(take("c"), "c");
});

Deno.test("of too many the one that was used longest ago is forgotten", () => {
  const { buckets, take } = open(2);
  for (let n = 0; n < 3; n++) take("a");
  take("b");
  assert.equal(take("a"), "a");
  take("c");
  assert.equal(take("a"), "a");
  for (let n = 0; n < 100; n++) take(`other ${n}`);
  assert.equal(buckets.size, 2);
  assert.equal(take("a"), undefined);
});
