import assert from "node:assert/strict";
import fc from "fast-check";
import { collectingLog, type Kv, memoryKv } from "../../platform/mod.ts";
import { ByteCache } from "../cache.ts";
import { CommitQueue } from "../commit_queue.ts";
import {
  core,
  hashOf,
  testResult,
  type TestTransaction,
  transactionsOf,
} from "../testing/fixtures.ts";
import type { IndexLimits } from "../limits.ts";
import type { TransactionPosition } from "../types.ts";
import { unpackSized } from "../result_record.ts";
import { TransactionIndex } from "./mod.ts";

async function openIndex(
  kv: Kv,
  limits: Partial<IndexLimits>,
  blocks: TestTransaction[][],
) {
  const queue = new CommitQueue(kv);
  const index = new TransactionIndex({
    kv,
    queue,
    core,
    cache: new ByteCache(1 << 20),
    log: collectingLog(),
    isAt: (id, { height, index }) =>
      Promise.resolve(
        blocks[Number(height) - 1]![index]!.id.toHex() === id.toHex(),
      ),
    limits,
  });
  await index.open(0n, () => Promise.resolve(undefined));
  return index;
}

function runOf(height: number, block: TestTransaction[]): Uint8Array {
  const { transactionIds, receipts } = testResult(BigInt(height), block);
  const packed = core.packResult(BigInt(height), transactionIds, receipts);
  return unpackSized(packed)[1];
}

const ALIKE = 8;

/** The first ids begin alike. */
function idOf(n: number): Uint8Array {
  const id = hashOf(`id ${n}`);
  if (n < ALIKE) id.fill(7, 0, 8);
  return id;
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
  n: fc.integer({ min: 0, max: 30 }),
  code: fc.constantFrom(0, 200, 300_000),
  charged: fc.boolean(),
}).map(({ n, code, charged }) => ({
  id: idOf(n),
  code,
  // Of rejected ones that begin alike the latest are kept only.
  charged: charged || n < ALIKE,
}));

Deno.test("find() agrees with a plain search, whatever is pending, flushed and merged", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(transaction, { maxLength: 8 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 10 }),
      async (blocks, pendingEntriesMax) => {
        const limits = { pendingEntriesMax, fanout: 2 };
        const index = await openIndex(memoryKv(), limits, blocks);
        for (const [n, block] of blocks.entries()) {
          await index.add(BigInt(n + 1), runOf(n + 1, block));
        }
        for (let n = 0; n <= 31; n++) {
          const id = idOf(n);
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
  const blocks = Array.from(
    { length: 30 },
    (_, n) => transactionsOf(`block ${n}`, 500),
  );
  const index = await openIndex(kv, limits, blocks);
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
    await index.add(BigInt(n + 1), runOf(n + 1, block));
    await check(index, n + 1);
  }
  await index.close();

  const next = await openIndex(kv, limits, blocks);
  await check(next, 28);
  await next.close();
  const segments = new Set<unknown>();
  for await (const { key } of kv.list({ prefix: ["positions", "chunk"] })) {
    segments.add(key[2]);
  }
  assert.ok(segments.size <= 6, `${segments.size} segments`);
});

Deno.test("a segment that no manifest names is swept at open", async () => {
  const kv = memoryKv();
  const orphan = ["positions", "chunk", 7, 0];
  await kv.commit([{ type: "set", key: orphan, value: new Uint8Array(9) }]);
  const index = await openIndex(kv, {}, []);
  assert.equal(await kv.get(orphan), undefined);
  await index.close();
});

Deno.test("receipts that cannot be read are refused", () => {
  const { transactionIds: ids, receipts } = testResult(
    1n,
    transactionsOf("t", 3),
  );
  const cut = receipts.slice(0, -1);
  const long = new Uint8Array([...receipts, 0]);
  const garbage = new Uint8Array(receipts.length).fill(255);
  for (const bad of [cut, long, garbage]) {
    assert.throws(() => core.packResult(1n, ids, bad), {
      codeName: "STORAGE_CORRUPT",
    });
  }
});
