import assert from "node:assert/strict";
import { loadExecutor } from "./mod.ts";
import { join } from "../bytes/mod.ts";
import {
  batchOf,
  core,
  genesis,
  MemoryArchive,
  module,
  transfer,
} from "./fixtures.ts";
import { countOf, partsOf, readBatch } from "./parts.ts";

const executor = await loadExecutor({
  core: module,
  genesis,
  archive: new MemoryArchive(),
});
await executor.submit(
  join([0, 1, 2, 3, 4, 5, 6].map((person) => transfer(person, 50, 1n))),
);
const draft = await executor.assemble({
  height: 1n,
  bytes: 1 << 20,
  transactions: 100,
});
const payload = draft!.payload;

Deno.test("every shard gets the sections of its slots, and together they are the payload", () => {
  const shardOf = Uint8Array.from({ length: 256 }, (_, slot) => slot % 3);
  const parts = partsOf(payload, shardOf, 3);
  assert.equal(parts.reduce((sum, part) => sum + countOf(part), 0), 7);
  assert.equal(countOf(payload), 7);
  const coordinator = new core.Coordinator(genesis, shardOf);
  assert.deepEqual(coordinator.draft(parts).subarray(68), payload);
  for (const [shard, part] of parts.entries()) {
    for (let slot = 0; slot < (part[0] ?? 0); slot++) {
      assert.equal(shardOf[part[2 + slot * 9]!], shard);
    }
  }
});

Deno.test("who owns nothing of it gets nothing, and a single shard all", () => {
  const [none, all] = partsOf(payload, new Uint8Array(256).fill(1), 2);
  assert.equal(none!.length, 0);
  assert.deepEqual(all, payload);
  assert.equal(countOf(none!), 0);
  assert.deepEqual(partsOf(payload, new Uint8Array(256), 1), [payload]);
});

Deno.test("a batch is known by its digest", () => {
  const read = readBatch(core, batchOf(draft!));
  assert.deepEqual(read.payload, payload);
  assert.equal(read.name.length, 32);
  assert.throws(() => readBatch(core, new Uint8Array()));
});
