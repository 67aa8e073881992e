import assert from "node:assert/strict";
import { mergeAnswers } from "./pool.ts";

function answer(...answers: [id: number, code: number][]): Uint8Array {
  const bytes = new Uint8Array(answers.length * 36);
  const view = new DataView(bytes.buffer);
  answers.forEach(([id, code], at) => {
    bytes.fill(id, at * 36, at * 36 + 32);
    view.setUint32(at * 36 + 32, code, true);
  });
  return bytes;
}

const NOT_OWNED = 0xffffffff;

Deno.test("each envelope is answered by the shard that owns its sender", () => {
  const { ids, codes } = mergeAnswers([
    answer([1, 0], [2, NOT_OWNED], [3, 105], [0, 100]),
    answer([1, NOT_OWNED], [2, 200], [3, NOT_OWNED], [0, 100]),
  ]);
  assert.deepEqual([...codes], [0, 200, 105, 100]);
  assert.deepEqual([0, 32, 64, 96].map((at) => ids[at]), [1, 2, 3, 0]);
});

Deno.test("nothing is answered with nothing", () => {
  assert.equal(mergeAnswers([new Uint8Array()]).codes.length, 0);
});
