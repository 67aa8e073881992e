import assert from "node:assert/strict";
import {
  addressOf,
  core,
  executeNext,
  genesis,
  MemoryArchive,
  module,
  transfer,
} from "./fixtures.ts";
import { join } from "../bytes/mod.ts";
import { checkpointPages } from "./export.ts";
import { loadExecutor } from "./mod.ts";
import { pagedShard } from "./paging.ts";
import { inlineShard, type Shard } from "./shard.ts";
import { assignSlots, slotsOf } from "./slots.ts";

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

for (const shards of [1, 3]) {
  Deno.test(`in next to no memory ${shards} shards give the same bytes`, async () => {
    const archives = [new MemoryArchive(), new MemoryArchive()];
    let read = 0;
    const { pages } = MemoryArchive.prototype;
    archives[1]!.pages = function (names) {
      read += names.length;
      return pages.call(this, names);
    };
    const state = { core: module, genesis, shards };
    const [roomy, tight] = await Promise.all([
      loadExecutor({ ...state, archive: archives[0]! }),
      loadExecutor({ ...state, archive: archives[1]!, stateBytesMax: 1 }),
    ]);
    for (let block = 0n; block < 6n; block++) {
      const envelopes = join(
        [0, 1, 2, 3, 4, 5, 6, 99].map((from) =>
          transfer(from, from % 3 + 7, 100n, { nonce: block })
        ),
      );
      assert.deepEqual(
        await tight.submit(envelopes),
        await roomy.submit(envelopes),
      );
      assert.deepEqual(
        await executeNext(tight, archives[1]!),
        await executeNext(roomy, archives[0]!),
      );
      if (block % 2n === 0n) {
        await Promise.all([tight.checkpoint(), roomy.checkpoint()]);
        assert.deepEqual(archives[1]!.checkpoint, archives[0]!.checkpoint);
      }
      for (const person of [0, 5, 99]) {
        assert.deepEqual(
          await tight.prove(addressOf(person)),
          await roomy.prove(addressOf(person)),
        );
      }
      await tight.moveSlots(
        [0, 7].map((person) => ({
          slot: core.slotOf(addressOf(person)),
          to: Number(block) % shards,
        })),
      );
    }
    assert.deepEqual(
      await Array.fromAsync(tight.accounts()),
      await Array.fromAsync(roomy.accounts()),
    );
    assert.ok(read > 100, `${read} pages were read back`);
    archives[1]!.checkpoint.clear();
    await assert.rejects(tight.account(addressOf(99)), {
      codeName: "STORAGE_CORRUPT",
    });
  });
}
