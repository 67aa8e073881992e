import assert from "node:assert/strict";
import fc from "fast-check";
import { collectingLog, type Kv, memoryKv } from "../../platform/mod.ts";
import { ByteCache } from "../cache.ts";
import { CommitQueue } from "../commit_queue.ts";
import {
  hashOf,
  testResult,
  type TestTransaction,
  transactionsOf,
} from "../testing/fixtures.ts";
import type { IndexLimits } from "../limits.ts";
import type { TransactionPosition } from "../types.ts";
import { runOf, TransactionIndex } from "./mod.ts";

async function openIndex(kv: Kv, limits: Partial<IndexLimits>) {
  const queue = new CommitQueue(kv);
  const index = new TransactionIndex(
    kv,
    queue,
    new ByteCache(1 << 20),
    collectingLog(),
    limits,
  );
  await index.open(0n, () => Promise.resolve(undefined));
  return { index, queue };
}

/** What `find` must say, the slow way. */
function expected(
  blocks: TestTransaction[][],
  id: Uint8Array,
): TransactionPosition | undefined {
  const found = blocks.flatMap((block, height) =>
    block.flatMap((transaction, index) =>
      transaction.id.toHex() === id.toHex()
        ? [{ position: { height: BigInt(height + 1), index }, transaction }]
        : []
    )
  );
  const executed = found.find(({ transaction }) =>
    transaction.code === 0 || transaction.charged
  );
  return (executed ?? found.at(-1))?.position;
}

const transaction = fc.record({
  id: fc.integer({ min: 0, max: 30 }).map((n) => hashOf(`id ${n}`)),
  code: fc.constantFrom(0, 200, 300_000),
  charged: fc.boolean(),
});

Deno.test("find() agrees with a plain search, whatever is pending, flushed and merged", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(transaction, { maxLength: 8 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 10 }),
      async (blocks, pendingEntriesMax) => {
        const { index } = await openIndex(memoryKv(), {
          pendingEntriesMax,
          fanout: 2,
        });
        for (const [n, block] of blocks.entries()) {
          const result = testResult(BigInt(n + 1), block);
          await index.add(result.height, runOf(result));
        }
        for (let n = 0; n <= 31; n++) {
          const id = hashOf(`id ${n}`);
          assert.deepEqual(await index.find(id), expected(blocks, id));
        }
        await index.close();
      },
    ),
    { numRuns: 60 },
  ));

Deno.test("every transaction of many chunks is found, while merging and after reopening", async () => {
  const kv = memoryKv();
  const limits = { pendingEntriesMax: 2_000, fanout: 3 };
  const { index } = await openIndex(kv, limits);
  const blocks = Array.from(
    { length: 30 },
    (_, n) => transactionsOf(`block ${n}`, 500),
  );
  const check = async (among: TransactionIndex, until: number) => {
    for (let height = 1; height <= until; height += 3) {
      const id = blocks[height - 1]![height * 7]!.id;
      assert.deepEqual(await among.find(id), {
        height: BigInt(height),
        index: height * 7,
      });
    }
    assert.equal(await among.find(hashOf("nowhere")), undefined);
  };
  for (const [n, block] of blocks.entries()) {
    const result = testResult(BigInt(n + 1), block);
    await index.add(result.height, runOf(result));
    await check(index, n + 1);
  }
  await index.close();

  const { index: next } = await openIndex(kv, limits);
  await check(next, 28);
  await next.close();
  const segments = new Set<unknown>();
  for await (const { key } of kv.list({ prefix: ["index", "chunk"] })) {
    segments.add(key[2]);
  }
  assert.ok(segments.size <= 6, `${segments.size} segments`);
});

Deno.test("a segment that no manifest names is swept at open", async () => {
  const kv = memoryKv();
  const orphan = ["index", "chunk", 7, 0];
  await kv.commit([{ type: "set", key: orphan, value: new Uint8Array(9) }]);
  const { index } = await openIndex(kv, {});
  assert.equal(await kv.get(orphan), undefined);
  await index.close();
});

Deno.test("receipts that cannot be read are refused", () => {
  const result = testResult(1n, transactionsOf("t", 3));
  const cut = { ...result, receipts: result.receipts.slice(0, -1) };
  const long = { ...result, receipts: new Uint8Array([...result.receipts, 0]) };
  const garbage = {
    ...result,
    receipts: new Uint8Array(result.receipts.length).fill(255),
  };
  for (const bad of [cut, long, garbage]) {
    assert.throws(() => runOf(bad), { codeName: "STORAGE_CORRUPT" });
  }
});
