import assert from "node:assert/strict";
import { assignSlots, shardsFor, SLOTS, slotsOf } from "./slots.ts";

Deno.test("every slot has one shard, and shards have nearly equally many", () => {
  for (const shards of [1, 2, 3, 7, 16, 255, 256]) {
    const shardOf = assignSlots(shards);
    const owned = Array.from(
      { length: shards },
      (_, shard) => [...slotsOf(shardOf, shard)],
    );
    assert.deepEqual(owned.flat(), [...Array(SLOTS).keys()]);
    const counts = owned.map((slots) => slots.length);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
  }
});

Deno.test("one processor is left to the others, where there is more than one", () => {
  const counts = [1, 2, 4, 8, 16, 64].map(shardsFor);
  assert.deepEqual(counts, [1, 1, 3, 7, 15, 16]);
});
