import assert from "node:assert/strict";
import { chainInfoOf, createWallet } from "../../client/mod.ts";
import { createCore, loadCoreModule } from "../../core/mod.ts";
import { RICH_SEED, TestChain } from "../testing/mod.ts";
import { ChainCache } from "./cache.ts";
import { chainFacts } from "./genesis.ts";
import { locate } from "./locate.ts";
import { ChainReader } from "./reader.ts";

const core = createCore(await loadCoreModule());

/** A block with three transactions, and their ids. */
async function blockOfThree() {
  const chain = new TestChain();
  chain.eager = false;
  const reader = new ChainReader(chain.backend.store, new ChainCache(1 << 20));
  const facts = chainFacts(chain);
  const wallet = createWallet(RICH_SEED);
  const ids: Uint8Array[] = [];
  for (const nonce of [0, 1, 2]) {
    const { envelope, hash } = await wallet.transfer(
      chainInfoOf(chain.genesis),
      { to: wallet.address, amount: 1n, nonce, validUntil: 9 },
    );
    await chain.backend.executor.submit(envelope);
    ids.push(Uint8Array.fromHex(hash));
  }
  chain.produce();
  const block = await reader.block(1n);
  assert.ok(block);
  return { view: { reader, core, facts }, block, ids };
}

Deno.test("locate() finds a transaction at its index", async () => {
  const { view, block, ids } = await blockOfThree();
  for (const [index, id] of ids.entries()) {
    const found = await locate(view, block, id, index);
    assert.deepEqual([found.position, found.body.nonce], [
      index,
      BigInt(index),
    ]);
  }
});

Deno.test("locate() finds a transaction that was executed in another one's place", async () => {
  const { view, block, ids } = await blockOfThree();
  const [first] = ids;
  assert.ok(first);
  const found = await locate(view, block, first, 2);
  assert.deepEqual([found.position, found.body.nonce], [0, 0n]);
});

Deno.test("locate() says that a store is corrupt which lacks what its index names", async () => {
  const { view, block } = await blockOfThree();
  await assert.rejects(locate(view, block, new Uint8Array(32), 0), {
    codeName: "STORAGE_CORRUPT",
  });
});
