import assert from "node:assert/strict";
import { concat, join } from "../bytes/mod.ts";
import { ErrorCode } from "../errors/mod.ts";
import { core, genesis, transfer } from "./fixtures.ts";
import { inlineShard, type Shard } from "./shard.ts";
import { assignSlots, slotsOf } from "./slots.ts";
import { cut, Submissions } from "./submissions.ts";

/** Submissions to two shards that tell how many envelopes each call brings. */
function open() {
  const shardOf = assignSlots(2);
  const calls: number[] = [];
  const shards = [0, 1].map((number): Shard => {
    const shard = inlineShard(
      core,
      new core.Shard(genesis, slotsOf(shardOf, number)),
    );
    return {
      ...shard,
      submit: async (envelopes) => {
        const answers = await shard.submit(envelopes);
        calls.push(answers.length / 36);
        return answers;
      },
    };
  });
  const coordinator = new core.Coordinator(genesis, shardOf);
  const entered: (() => void)[] = [];
  const submissions = new Submissions({
    shards,
    coordinator,
    enter: async (task) => {
      await new Promise<void>((enter) => entered.push(enter));
      return await task();
    },
  });
  const enter = async () => {
    entered.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { submissions, enter, calls };
}

const forged = (person: number, nonce: bigint) => {
  const envelope = transfer(person, 50, 1n, { nonce });
  envelope[40]! ^= 1;
  return envelope;
};

Deno.test("what comes while others are admitted goes together, each with its own answer", async () => {
  const { submissions, enter, calls } = open();
  const people = [0, 1, 2, 3];
  const results = people.map((person) =>
    submissions.submit(transfer(person, 50, 1n))
  );
  const broken = submissions.submit(
    concat(transfer(4, 50, 1n), Uint8Array.of(1)),
  );
  await enter();
  await results[0];
  assert.equal(calls.reduce((sum, count) => sum + count), 1);
  await enter();
  const ids = await Promise.all(results.map(async (one) => (await one).ids));
  const hash = core.genesisHash(genesis);
  for (const person of people) {
    const envelope = transfer(person, 50, 1n);
    const id = core.transactionId(
      hash,
      envelope.subarray(0, 32),
      envelope.subarray(100),
    );
    assert.deepEqual(ids[person], id);
  }
  assert.deepEqual([...(await broken).codes], [
    0,
    ErrorCode.TRANSACTION_MALFORMED,
  ]);
  assert.ok(calls.length <= 3);
  assert.equal((await submissions.submit(new Uint8Array())).codes.length, 0);
});

Deno.test("one who brings many bad signatures does not keep the others from being looked at", async () => {
  const { submissions, enter } = open();
  const first = submissions.submit(transfer(0, 50, 1n));
  const bad = submissions.submit(
    join(Array.from({ length: 200 }, (_, nonce) => forged(1, BigInt(nonce)))),
  );
  const good = submissions.submit(transfer(1, 50, 1n));
  const also = submissions.submit(transfer(2, 50, 1n));
  for (let turn = 0; turn < 5; turn++) await enter();
  assert.deepEqual([...(await first).codes], [0]);
  assert.deepEqual([...(await good).codes], [0]);
  assert.deepEqual([...(await also).codes], [0]);
  const { codes } = await bad;
  assert.equal(codes.length, 200);
  assert.ok(codes.includes(ErrorCode.SIGNATURE_INVALID));
  assert.ok(codes.includes(ErrorCode.RPC_BUSY));
});

Deno.test("a large submission goes in pieces, and is answered as one", async () => {
  const one = transfer(0, 50, 1n);
  const pieces = cut(join(Array(5).fill(one)), 2);
  assert.deepEqual(pieces.map(({ count }) => count), [2, 2, 1]);
  assert.deepEqual(
    join(pieces.map(({ envelopes }) => envelopes)),
    join(Array(5).fill(one)),
  );
  const { submissions, enter, calls } = open();
  const many = Array.from(
    { length: 4_200 },
    (_, nonce) => transfer(0, 50, 1n, { nonce: BigInt(nonce) }),
  );
  const result = submissions.submit(join(many));
  await enter();
  assert.deepEqual(calls, [4_096]);
  await enter();
  const { ids, codes } = await result;
  assert.deepEqual(calls, [4_096, 104]);
  assert.equal(ids.length, 4_200 * 32);
  assert.ok(codes.every((code) => code === 0));
});

Deno.test("what cannot be told apart is one piece with the last that can", () => {
  const one = transfer(0, 50, 1n);
  const endless = one.slice();
  endless.fill(0xff, 96, 100);
  const rest = concat(endless, one, one);
  const pieces = cut(concat(one, rest), 2);
  assert.deepEqual(pieces.map(({ count }) => count), [2]);
  assert.deepEqual(cut(one.subarray(0, 50), 9).map(({ count }) => count), [1]);
  assert.deepEqual(cut(new Uint8Array(), 9), []);
});

Deno.test("a shard's failure is told to all who were in the call, and the next are served", async () => {
  const { submissions, enter } = open();
  const shard = { fails: true };
  const failing = new Submissions({
    shards: [],
    coordinator: new core.Coordinator(genesis, assignSlots(1)),
    enter: (task) => shard.fails ? Promise.reject(new Error("down")) : task(),
  });
  await assert.rejects(failing.submit(transfer(0, 1, 1n)), { message: "down" });
  await assert.rejects(failing.submit(transfer(0, 1, 1n)), { message: "down" });
  const served = submissions.submit(transfer(0, 1, 1n));
  await enter();
  assert.equal((await served).codes[0], 0);
});
