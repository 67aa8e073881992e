import assert from "node:assert/strict";
import { concat, equal, list, Reader, u32, u64 } from "./mod.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

Deno.test("parts are joined in a buffer of their own", () => {
  const part = bytes(1, 2);
  const joined = concat(part, bytes(), bytes(3));
  part.fill(9);
  assert.deepEqual(joined, bytes(1, 2, 3));
  assert.deepEqual(concat(), bytes());
});

Deno.test("equal bytes are equal whatever lies around them", () => {
  const around = bytes(0, 1, 2, 3);
  assert.ok(equal(around.subarray(1, 3), bytes(1, 2)));
  assert.ok(!equal(bytes(1, 2), bytes(1, 3)));
  assert.ok(!equal(bytes(1, 2), bytes(1, 2, 3)));
});

Deno.test("what is written is read again, and nothing beyond the end", () => {
  const record = concat(u32(7), u64(2n ** 63n), list([bytes(5, 6), bytes()]));
  const reader = new Reader(record);
  assert.equal(reader.u32(), 7);
  assert.equal(reader.u64(), 2n ** 63n);
  assert.deepEqual(reader.bytes(reader.u32()), bytes(5, 6));
  assert.equal(reader.u32(), 0);
  assert.equal(reader.left, 0);
  assert.throws(() => reader.u8(), RangeError);
  assert.throws(() => reader.bytes(1), RangeError);
});
