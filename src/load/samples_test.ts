import assert from "node:assert/strict";
import { Samples } from "./samples.ts";

Deno.test("samples of a long run are spread evenly over it, and bounded", () => {
  const samples = new Samples();
  for (let n = 0; n < 100_000; n++) {
    samples.add(() => ({ id: new Uint8Array(), submittedMs: n }));
  }
  const times = samples.all.map(({ submittedMs }) => submittedMs);
  assert.equal(times.length, 25_000);
  assert.deepEqual(times, times.map((_, n) => n * 4));
});
