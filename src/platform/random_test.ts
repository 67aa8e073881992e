import assert from "node:assert/strict";
import { integerBelow } from "./integer.ts";
import { systemRandom } from "./real/random.ts";
import { seededRandom } from "./sim/random.ts";

Deno.test("integer() covers [0, bound) evenly", () => {
  for (const random of [systemRandom(), seededRandom("even")]) {
    const counts = new Array(6).fill(0);
    for (let n = 0; n < 6000; n++) counts[random.integer(6)]++;
    for (const count of counts) {
      assert.ok(count > 850 && count < 1150, `${counts}`);
    }
  }
});

Deno.test("bytes() gives any number of bytes, different each time", () => {
  for (const random of [systemRandom(), seededRandom("bytes")]) {
    for (const length of [0, 1, 7, 200_000]) {
      assert.equal(random.bytes(length).length, length);
    }
    assert.notDeepEqual(random.bytes(32), random.bytes(32));
  }
});

Deno.test("a seed always gives the same sequence, another seed another one", () => {
  assert.equal(
    seededRandom("pinned").bytes(12).toHex(),
    "9710c6804b49f03002850990",
  );
  assert.deepEqual(seededRandom(1).bytes(99), seededRandom("1").bytes(99));
  assert.notDeepEqual(seededRandom(1).bytes(99), seededRandom(2).bytes(99));
});

Deno.test("a whole number of a seed is made of the bytes that would come", () => {
  const [one, other] = [seededRandom("both"), seededRandom("both")];
  for (const bound of [2, 7, 1_000, 2 ** 32, 2 ** 48 - 1]) {
    assert.equal(one.integer(bound), integerBelow(bound, other.bytes));
  }
});

Deno.test("a draw that would favour small numbers is drawn again", () => {
  const draws = [new Uint8Array(6).fill(255), Uint8Array.of(0, 0, 0, 0, 0, 7)];
  assert.equal(integerBelow(3, () => draws.shift()!), 1);
  for (const bound of [0, -1, 1.5, 2 ** 49, NaN]) {
    assert.throws(
      () => integerBelow(bound, () => new Uint8Array(6)),
      RangeError,
    );
  }
});
