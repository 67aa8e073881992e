import assert from "node:assert/strict";
import {
  addressOf,
  core,
  genesis,
  MemoryArchive,
  transfer,
} from "./fixtures.ts";
import { pagedShard } from "./paging.ts";
import { inlineShard, type Shard } from "./shard.ts";
import { assignSlots, slotsOf } from "./slots.ts";
import { checkpointPages } from "./export.ts";

/** A shard with all slots that counts its calls, and the same within so much memory. */
function paged(bytesMax: number) {
  const archive = new MemoryArchive();
  const calls: string[] = [];
  const inner = inlineShard(
    core,
    new core.Shard(genesis, slotsOf(assignSlots(1), 0)),
  );
  const counted = Object.fromEntries(
    Object.entries(inner).map(([name, method]) => [
      name,
      (...args: never[]) => {
        calls.push(name);
        return (method as (...args: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as Shard;
  const { slotOf } = core;
  const shard = pagedShard(counted, { archive, bytesMax, slotOf });
  const checkpoint = async () => {
    await shard.beginCheckpoint();
    await archive.putCheckpoint(
      0n,
      new Uint8Array(32),
      checkpointPages(() => shard, (task) => task()),
    );
    await shard.endCheckpoint(true);
  };
  const taken = () => calls.splice(0);
  return { archive, shard, checkpoint, taken };
}

Deno.test("with room enough a shard is called as if there were no bound", async () => {
  const { shard, checkpoint, taken } = paged(2 ** 30);
  await checkpoint();
  taken();
  await shard.submit(transfer(0, 1, 5n));
  await shard.account(addressOf(0));
  await shard.prove(addressOf(99));
  assert.deepEqual(taken(), ["submit", "account", "prove"]);
});

Deno.test("pages leave once they are in a checkpoint, and come back when they are asked for", async () => {
  const { archive, shard, checkpoint, taken } = paged(1);
  const whole = await shard.stateMemory();
  const account = await shard.account(addressOf(0));
  assert.ok(!taken().includes("missing"));
  await checkpoint();
  assert.ok(await shard.stateMemory() < whole);
  taken();
  assert.deepEqual(await shard.account(addressOf(0)), account);
  assert.deepEqual(taken().slice(0, 3), ["missing", "loadPages", "account"]);
  // Asked for at once by many, each has its pages.
  const people = Array.from({ length: 10 }, (_, person) => addressOf(person));
  const found = await Promise.all(people.map((one) => shard.account(one)));
  assert.ok(found.every((one) => one !== undefined));
  archive.checkpoint.clear();
  await assert.rejects(shard.account(addressOf(0)), {
    codeName: "STORAGE_CORRUPT",
  });
});
