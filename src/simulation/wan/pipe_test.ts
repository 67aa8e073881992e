import assert from "node:assert/strict";
import { Pipe } from "./pipe.ts";

Deno.test("bytes pass one after the other, at the pipe's rate", () => {
  const pipe = new Pipe(100);
  assert.deepEqual(pipe.take(2, 0, 1_000), [0, 10]);
  assert.deepEqual(pipe.take(2, 4, 500), [10, 15]);
  assert.deepEqual(pipe.take(2, 40, 100), [40, 41]);
});

Deno.test("a vote does not wait for bulk, bulk waits for the vote", () => {
  const pipe = new Pipe(100);
  assert.deepEqual(pipe.take(2, 0, 10_000), [0, 100]);
  assert.deepEqual(pipe.take(0, 10, 200), [10, 12]);
  assert.deepEqual(pipe.take(1, 10, 100), [12, 13]);
  assert.deepEqual(pipe.take(0, 11, 100), [12, 13]);
  assert.deepEqual(pipe.take(2, 20, 100), [104, 105]);
});
