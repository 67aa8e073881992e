import assert from "node:assert/strict";
import { chainInfoOf, createWallet } from "../../client/mod.ts";
import { RICH_SEED, TestChain } from "../testing/mod.ts";
import type { NewBlock } from "../types.ts";
import { ChainCache } from "./cache.ts";
import { ChainReader } from "./reader.ts";

const CACHE_BYTES = 1 << 20;

/** A block with two transactions as it is told, and a reader of a store that counts what is read. */
async function blockOfTwo() {
  const chain = new TestChain();
  chain.eager = false;
  const told: NewBlock[] = [];
  chain.backend.chain.onDecided((block) => told.push(block));
  const wallet = createWallet(RICH_SEED);
  for (const nonce of [0, 1]) {
    const { envelope } = await wallet.transfer(
      chainInfoOf(chain.genesis),
      { to: wallet.address, amount: 1n, nonce, validUntil: 9 },
    );
    await chain.backend.executor.submit(envelope);
  }
  chain.produce();
  const { store } = chain.backend;
  const reads = { blocks: 0, batches: 0 };
  const reader = new ChainReader({
    ...store,
    block: (height) => (reads.blocks++, store.block(height)),
    batch: (digest) => (reads.batches++, store.batch(digest)),
  }, new ChainCache(CACHE_BYTES));
  return { chain, reader, reads, told };
}

Deno.test("a block that the reader was told of is not read, nor are its batches to count it", async () => {
  const { reader, reads, told: [told] } = await blockOfTwo();
  reader.take(told!);
  const block = await reader.block(1n);
  assert.deepEqual(block?.blockId, told!.stored.blockId);
  assert.equal(await reader.block(1n), block);
  assert.equal(await reader.count(1n, block!), 2);
  assert.deepEqual(reads, { blocks: 0, batches: 0 });
});

Deno.test("what nobody told is read", async () => {
  const { reader, reads, told: [told] } = await blockOfTwo();
  reader.take({ ...told!, transactions: undefined });
  const block = await reader.block(1n);
  assert.equal(await reader.count(1n, block!), 2);
  assert.deepEqual(reads, { blocks: 0, batches: 1 });
  assert.equal(await reader.block(2n), undefined);
  assert.equal(reads.blocks, 1);
});

Deno.test("decoded blocks count for what they take, which is far more than their encoding", async () => {
  const { chain, reader, reads, told } = await blockOfTwo();
  while (chain.height < 500n) chain.produce();
  for (const block of told) {
    reader.take(block);
    await reader.block(block.stored.height);
  }
  assert.equal(reads.blocks, 0);
  let [height, bytes] = [500n, 0];
  while (height > 0n) {
    const block = await reader.block(height--);
    if (reads.blocks > 0) break;
    bytes += block!.bytes;
  }
  assert.ok(500n - height > 20n, "the last ones are there");
  assert.ok(bytes * 8 <= CACHE_BYTES / 8, `${bytes} bytes, encoded`);
});
