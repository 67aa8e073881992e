import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { collectingLog, type Kv, MemoryDisk } from "../platform/mod.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  type Evidence,
  EvidenceSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { openStore } from "./store.ts";
import { core, hashOf, testBlock } from "./testing/fixtures.ts";
import type { StoredBlock } from "./types.ts";

const open = (kv: Kv) => openStore(kv, { core, log: collectingLog() });
const [alice, bob] = [hashOf("alice"), hashOf("bob")];

function proposedTwice(proposer: Uint8Array, height: bigint): Evidence {
  const first = { height, round: 1, proposer };
  return create(EvidenceSchema, {
    kind: { case: "duplicateProposal", value: { first, second: first } },
  });
}

function blockWith(height: bigint, evidence: Evidence[]): StoredBlock {
  const block = create(BlockSchema, { header: { height }, evidence });
  return { ...testBlock(height, []), block: toBinary(BlockSchema, block) };
}

const recorded = (height: bigint, block: bigint) => ({
  ...{ kind: "duplicate_proposal", height, round: 1, block },
});

Deno.test("offences of blocks are counted by validator, and still are when the store is opened again", async () => {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await store.commitBlock(blockWith(1n, [proposedTwice(alice, 1n)]), []);
  await store.commitBlock(blockWith(2n, []), []);
  const both = [proposedTwice(bob, 2n), proposedTwice(alice, 2n)];
  await store.commitBlock(blockWith(3n, both), []);
  await store.commitBlock(blockWith(3n, both), []);
  const expected = [
    {
      validator: alice,
      count: 2,
      latest: [recorded(1n, 1n), recorded(2n, 3n)],
    },
    { validator: bob, count: 1, latest: [recorded(2n, 3n)] },
  ];
  assert.deepEqual(await store.offences(), expected);
  await store.close();
  const again = await open(disk.open());
  const names = (one: { validator: Uint8Array }) => one.validator.toHex();
  const byName = (a: string, b: string) => a < b ? -1 : 1;
  assert.deepEqual(
    (await again.offences()).toSorted((a, b) => byName(names(a), names(b))),
    expected.toSorted((a, b) => byName(names(a), names(b))),
  );
  await again.close();
});

Deno.test("offences are made again from the blocks where their records are missing", async () => {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await store.commitBlock(blockWith(1n, [proposedTwice(alice, 1n)]), []);
  const before = await store.offences();
  await store.close();
  const kv = disk.open();
  await kv.commit([
    { type: "delete", key: ["meta", "offences"] },
    { type: "delete", key: ["offence", alice] },
  ]);
  kv.close();
  const again = await open(disk.open());
  assert.deepEqual(await again.offences(), before);
  await again.close();
});

Deno.test("what is recorded of one validator is bounded, what is counted is not", async () => {
  const store = await open(new MemoryDisk().open());
  for (let height = 1n; height <= 100n; height++) {
    const block = blockWith(height, [proposedTwice(alice, height)]);
    await store.commitBlock(block, []);
  }
  const [{ count, latest } = { count: 0, latest: [] }] = await store.offences();
  assert.deepEqual([count, latest.length], [100, 64]);
  assert.equal(latest.at(-1)?.height, 100n);
  await store.close();
});

Deno.test("a block that did not become real leaves no offence", async () => {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await store.commitBlock(blockWith(1n, [proposedTwice(alice, 1n)]), []);
  await store.commitBlock(blockWith(2n, [proposedTwice(alice, 2n)]), []);
  await store.close();
  const kv = disk.open();
  const one = new Uint8Array(8);
  one[0] = 1;
  await kv.commit([{ type: "set", key: ["meta", "tip"], value: one }]);
  kv.close();
  const again = await open(disk.open());
  const [record] = await again.offences();
  assert.deepEqual([record?.count, record?.latest], [1, [recorded(1n, 1n)]]);
  await again.close();
});
