import assert from "node:assert/strict";
import { boundedKv } from "./bounded_kv.ts";
import { memoryKv } from "./sim/kv.ts";

const megabytes = (count: number) =>
  Array.from({ length: count * 20 }, (_, n) => ({
    type: "set" as const,
    key: ["value", n],
    value: new Uint8Array(50_000),
  }));

Deno.test("boundedKv() refuses commits once the disk holds more than its bound", async () => {
  let used = 0;
  const kv = boundedKv(memoryKv(), 10_000_000, () => Promise.resolve(used));
  const write = async () => {
    for (const mutation of megabytes(5)) await kv.commit([mutation]);
  };
  await write();
  used = 10_000_001;
  await assert.rejects(write(), { codeName: "DISK_FULL" });
  assert.equal((await kv.get(["value", 0]))?.length, 50_000);
});
