import assert from "node:assert/strict";
import { collectingLog } from "../platform/mod.ts";
import {
  collect,
  hashOf,
  module,
  pagesOf,
  randomBytes,
  testBlock,
  testResult,
  transactionsOf,
} from "./testing/fixtures.ts";
import { connectStore, openStoreWorker, type StoreWorker } from "./mod.ts";

async function withWorker(
  body: (worker: StoreWorker, path: string) => Promise<void>,
  faults = {},
) {
  const home = await Deno.makeTempDir();
  const path = `${home}/node.kv`;
  const worker = await openStoreWorker({
    path,
    core: module,
    log: collectingLog(),
    ...faults,
  });
  try {
    await body(worker, path);
  } finally {
    await worker.close().catch(() => undefined);
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("a store in a worker serves several threads, and its data are there at the next start", () =>
  withWorker(async (worker, path) => {
    const [writer, reader] = [worker.store, connectStore(worker.port())];
    const block = testBlock(1n, [hashOf("d")]);
    const batch = randomBytes("d", 150_000);
    const result = testResult(1n, transactionsOf("t", 50));
    const pages = [{
      slot: 7,
      id: Uint8Array.of(1, 2),
      bytes: randomBytes("p", 100_000),
    }];
    await writer.initialise(Uint8Array.of(1), hashOf("g"));
    await writer.commitBlock(block, [batch]);
    // The store takes the bytes over.
    await writer.putResult(structuredClone(result));
    await writer.putCheckpoint(1n, hashOf("s"), pagesOf(pages));
    assert.deepEqual(await reader.block(1n), block);
    assert.deepEqual(await reader.batch(hashOf("d")), batch);
    await reader.close();
    await worker.close();

    const next = await openStoreWorker({
      path,
      core: module,
      log: collectingLog(),
    });
    assert.equal(await next.store.tip(), 1n);
    assert.deepEqual(await next.store.result(1n), result);
    const id = result.transactionIds.slice(0, 32);
    assert.deepEqual(await next.store.transaction(id), {
      height: 1n,
      index: 0,
    });
    const checkpoint = await next.store.checkpoint();
    assert.equal(checkpoint?.height, 1n);
    assert.deepEqual((await collect(checkpoint.pages())).flat(), pages);
    await next.close();
  }));

Deno.test("an error keeps its code on its way out of the worker", () =>
  withWorker(async ({ store }) => {
    await store.initialise(Uint8Array.of(1), hashOf("g"));
    await assert.rejects(store.initialise(Uint8Array.of(1), hashOf("h")), {
      codeName: "HOME_OTHER_CHAIN",
    });
  }));

Deno.test("a full disk stops the store with DISK_FULL, and what was acknowledged stays", () =>
  withWorker(async ({ store }) => {
    await store.commitBlock(testBlock(1n, []), []);
    const large = store.putBatch(
      hashOf("large"),
      randomBytes("large", 300_000),
    );
    await assert.rejects(large, { codeName: "DISK_FULL" });
    await assert.rejects(store.commitBlock(testBlock(2n, []), []), {
      codeName: "DISK_FULL",
    });
    assert.equal(await store.tip(), 1n);
    assert.ok(await store.block(1n));
  }, { faults: { seed: 1, fullAfterBytes: 100_000 } }));

Deno.test("a database that cannot be opened is STORAGE_FAULT", async () => {
  const home = await Deno.makeTempDir();
  const path = `${home}/missing/node.kv`;
  await assert.rejects(
    openStoreWorker({
      path,
      core: module,
      log: collectingLog(),
    }),
    {
      codeName: "STORAGE_FAULT",
    },
  );
  await Deno.remove(home, { recursive: true });
});
