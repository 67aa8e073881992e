import assert from "node:assert/strict";
import { concat, join, u32 } from "../bytes/mod.ts";
import {
  collectingLog,
  faultyKv,
  MemoryDisk,
  memoryKv,
} from "../platform/mod.ts";
import {
  core,
  GENESIS,
  hashOf,
  randomBytes,
  same,
  testBatch,
  testBlock,
  testResult,
  transactionsOf,
  transactionsWith,
} from "./testing/fixtures.ts";
import { setBlob } from "./blob.ts";
import { encodeRoots } from "./result_record.ts";
import { STORAGE_LIMITS } from "./limits.ts";
import { openStore } from "./store.ts";
import type { Store } from "./types.ts";
import { open, withStore } from "./testing/open.ts";

Deno.test("an empty store holds nothing", () =>
  withStore(async (store) => {
    assert.equal(await store.genesis(), undefined);
    assert.equal(await store.tip(), 0n);
    assert.equal(await store.block(1n), undefined);
    assert.equal(await store.result(1n), undefined);
    assert.equal(await store.batch(hashOf("x")), undefined);
    assert.equal(await store.transaction(hashOf("x")), undefined);
    assert.equal(await store.checkpoint(), undefined);
  }));

Deno.test("initialise() keeps a genesis of any size; the same again is fine", () =>
  withStore(async (store) => {
    const genesis = randomBytes("genesis", 2_000_000);
    await store.initialise(genesis, hashOf("g"));
    await store.initialise(genesis, hashOf("g"));
    assert.deepEqual(await store.genesis(), genesis);
  }));

Deno.test("initialise() refuses the data of another chain", () =>
  withStore(async (store) => {
    await store.initialise(new Uint8Array(3), hashOf("one"));
    await assert.rejects(store.initialise(new Uint8Array(3), hashOf("two")), {
      codeName: "HOME_OTHER_CHAIN",
    });
  }));

Deno.test("a store of a newer format is refused", async () => {
  const kv = new MemoryDisk().open();
  await kv.commit([{
    type: "set",
    key: ["meta", "format"],
    value: Uint8Array.of(3, 0, 0, 0),
  }]);
  await assert.rejects(open(kv), { codeName: "HOME_NEWER_FORMAT" });
});

Deno.test("batches and blocks of any size are read back, also by the next process", () =>
  withStore(async (store, disk) => {
    const batches = [0, 1, 61_404, 61_405, 3_000_000].map((n) =>
      randomBytes(`batch ${n}`, n)
    );
    const digests = batches.map((_, n) => hashOf(`digest ${n}`));
    const block = testBlock(1n, digests);
    await store.commitBlock(block, batches);
    const next = await open(disk.copy().open());
    for (const reader of [store, next]) {
      assert.equal(await reader.tip(), 1n);
      assert.deepEqual(await reader.block(1n), block);
      for (const [n, digest] of digests.entries()) {
        assert.deepEqual(await reader.batch(digest), batches[n]);
      }
    }
    await next.close();
  }));

Deno.test("commitBlock() takes batches that putBatch() has stored, and refuses a block that names others", () =>
  withStore(async (store) => {
    await store.putBatch(hashOf("a"), Uint8Array.of(1));
    await store.commitBlock(testBlock(1n, [hashOf("a")]), []);
    await assert.rejects(store.commitBlock(testBlock(2n, [hashOf("b")]), []), {
      codeName: "STORAGE_FAULT",
    });
    await assert.rejects(
      store.commitBlock(testBlock(2n, [hashOf("b")]), [
        new Uint8Array(),
        new Uint8Array(),
      ]),
      { codeName: "BLOCK_MALFORMED" },
    );
    assert.equal(await store.tip(), 1n);
  }));

Deno.test("commitBlock() takes heights in order, the same one again, and never another block at a height", () =>
  withStore(async (store) => {
    const block = testBlock(1n, []);
    await assert.rejects(store.commitBlock(testBlock(2n, []), []), {
      codeName: "STORAGE_FAULT",
    });
    await store.commitBlock(block, []);
    await store.commitBlock(block, []);
    await assert.rejects(
      store.commitBlock({ ...block, blockId: hashOf("other") }, []),
      {
        codeName: "STORAGE_CORRUPT",
      },
    );
  }));

Deno.test("a batch that no block named is swept at open, one that a block named stays", async () => {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await store.putBatch(hashOf("loose"), randomBytes("loose", 200_000));
  await store.putBatch(hashOf("named"), randomBytes("named", 200_000));
  await store.commitBlock(testBlock(1n, [hashOf("named")]), []);
  await store.putBatch(hashOf("named"), randomBytes("named", 200_000));
  const { looseBatchHeights } = STORAGE_LIMITS;
  for (let height = 2n; height <= looseBatchHeights + 2n; height++) {
    await store.commitBlock(testBlock(height, []), []);
  }
  assert.ok(await store.batch(hashOf("loose")));
  await store.close();
  const next = await open(disk.open());
  assert.equal(await next.batch(hashOf("loose")), undefined);
  assert.ok(await next.batch(hashOf("named")));
  assert.ok(!disk.entries().some(({ key }) => key.includes("loose_batch")));
  await next.close();
});

Deno.test("a result is kept; the same again is fine, another one at its height is REPLAY_MISMATCH", () =>
  withStore(async (store, disk) => {
    const transactions = transactionsOf("t", 3000);
    const result = testResult(1n, transactions);
    await store.putResult(result);
    await store.putResult(result);
    assert.deepEqual(await store.result(1n), result);
    await assert.rejects(
      store.putResult({ ...result, stateRoot: hashOf("other") }),
      {
        codeName: "REPLAY_MISMATCH",
      },
    );
    const next = await open(disk.copy().open());
    assert.deepEqual(await next.result(1n), result);
    assert.deepEqual(await next.transaction(transactions[2999]!.id), {
      height: 1n,
      index: 2999,
    });
    await next.close();
  }));

Deno.test("a result is there at once, and on the disk with the next block; the store needs no cache for that", async () => {
  const disk = new MemoryDisk();
  const store = await openStore(disk.open(), {
    core,
    log: collectingLog(),
    cacheBytesMax: 1,
  });
  await store.initialise(Uint8Array.of(1), hashOf(GENESIS));
  const [first, second] = [1n, 2n].map((height) =>
    testResult(height, transactionsOf(`${height}`, 3))
  );
  await store.commitBlock(testBlock(1n, []), []);
  await store.putResult(structuredClone(first!));
  assert.deepEqual(await store.result(1n), first);
  await store.commitBlock(testBlock(2n, []), []);
  await store.putResult(structuredClone(second!));
  const crashed = await open(disk.copy().open());
  assert.deepEqual(await crashed.result(1n), first);
  assert.equal(await crashed.result(2n), undefined);
  await store.close();
  const next = await open(disk.open());
  assert.deepEqual(await next.result(2n), second);
  await next.close();
});

Deno.test("transaction() gives the earliest executed occurrence, else the last", () =>
  withStore(async (store) => {
    const [a, b, c] = [hashOf("a"), hashOf("b"), hashOf("c")];
    const rejected = { code: 200, charged: false };
    const failed = { code: 202, charged: true };
    await store.putResult(
      testResult(1n, [{ id: a, ...rejected }, { id: b, ...rejected }]),
    );
    await store.putResult(
      testResult(2n, [{ id: c, ...rejected }, { id: a, ...failed }]),
    );
    await store.putResult(
      testResult(3n, [{ id: b, ...rejected }, { id: a, ...rejected }]),
    );
    assert.deepEqual(await store.transaction(a), { height: 2n, index: 1 });
    assert.deepEqual(await store.transaction(b), { height: 3n, index: 0 });
    assert.deepEqual(await store.transaction(c), { height: 2n, index: 0 });
  }));

Deno.test("a changed byte on the disk is STORAGE_CORRUPT, not an answer", async () => {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await store.commitBlock(testBlock(1n, [hashOf("d")]), [
    randomBytes("d", 100_000),
  ]);
  await store.close();
  const kv = disk.open();
  const value = await kv.get(["batch", hashOf("d"), 1]);
  value![17]! ^= 1;
  await kv.commit([{
    type: "set",
    key: ["batch", hashOf("d"), 1],
    value: value!,
  }]);
  const next = await open(kv);
  await assert.rejects(next.batch(hashOf("d")), {
    codeName: "STORAGE_CORRUPT",
  });
  await next.close();
});

Deno.test("a batch that a block named stays, although it is stored again after a restart", async () => {
  const disk = new MemoryDisk();
  const batch = randomBytes("named", 100);
  const reopened = async (body: (store: Store) => Promise<void>) => {
    const store = await open(disk.open());
    await body(store);
    await store.close();
  };
  await reopened(async (store) => {
    await store.commitBlock(testBlock(1n, [hashOf("named")]), [batch]);
    await store.putBatch(hashOf("stored"), batch);
  });
  await reopened(async (store) => {
    await store.commitBlock(testBlock(2n, [hashOf("stored")]), []);
    const { looseBatchHeights } = STORAGE_LIMITS;
    for (let height = 3n; height <= looseBatchHeights + 8n; height++) {
      if (height === 4n) {
        await store.putBatch(hashOf("named"), batch);
        await store.putBatch(hashOf("stored"), batch);
      }
      await store.commitBlock(testBlock(height, []), []);
    }
  });
  await reopened(async (store) => {
    assert.deepEqual(await store.batch(hashOf("named")), batch);
    assert.deepEqual(await store.batch(hashOf("stored")), batch);
  });
});

Deno.test("nothing is read to store a batch, nor to keep the result of its block", async () => {
  const kv = memoryKv();
  let reads = 0;
  const store = await open({
    ...kv,
    get: (key) => (reads++, kv.get(key)),
    list: (...args) => (reads++, kv.list(...args)),
  });
  const { batch, ids } = testBatch("read", 3);
  await store.initialise(Uint8Array.of(1), hashOf(GENESIS));
  await store.commitBlock(testBlock(1n, []), []);
  await store.putResult(testResult(1n, []));
  reads = 0;
  await store.putBatch(hashOf("read"), batch);
  await store.commitBlock(testBlock(2n, [hashOf("read")]), []);
  await store.putResult(testResult(2n, transactionsWith(ids)));
  assert.equal(reads, 0);
  await store.close();
});

Deno.test("parts of a block that did not become real are swept at open", async () => {
  const kv = new MemoryDisk().open();
  const part = ["block", 3n, 1];
  await kv.commit([{ type: "set", key: part, value: new Uint8Array(9) }]);
  const store = await open(kv);
  assert.equal(await kv.get(part), undefined);
  await store.close();
});

Deno.test("ids that follow from the batches are not stored, and come back all the same", async () => {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await store.initialise(Uint8Array.of(1), hashOf(GENESIS));
  const parts = [testBatch("one", 300), testBatch("two", 500)];
  const digests = parts.map((_, n) => hashOf(`digest ${n}`));
  const ids = join(parts.map((part) => part.ids));
  const result = () => testResult(1n, transactionsWith(ids));
  await store.commitBlock(
    testBlock(1n, digests),
    parts.map(({ batch }) => batch),
  );
  await store.putResult(result());
  await store.close();
  const stored = disk.entries().filter(({ key }) => key[0] === "outcome");
  const bytes = stored.reduce((sum, { value }) => sum + value.length, 0);
  assert.ok(bytes < 1_000, `${bytes} bytes`);
  const next = await open(disk.open());
  same(await next.result(1n), result());
  const { height, stateRoot } = result();
  assert.deepEqual((await next.roots(1n))?.stateRoot, stateRoot);
  for (const index of [0, 299, 300, 799]) {
    const id = ids.slice(index * 32, index * 32 + 32);
    assert.deepEqual(await next.transaction(id), { height, index });
    id[31]! ^= 1;
    assert.equal(await next.transaction(id), undefined);
  }
  await next.close();
});

Deno.test("keepBatch() says what is stored, and keeps it for as long as a new one", () =>
  withStore(async (store) => {
    const digest = hashOf("kept");
    assert.equal(await store.keepBatch(digest), false);
    await store.putBatch(digest, randomBytes("kept", 100));
    const { looseBatchHeights: kept, sweepHeights } = STORAGE_LIMITS;
    for (let height = 1n; height <= sweepHeights; height++) {
      await store.commitBlock(testBlock(height, []), []);
      if (height % kept === 0n) assert.ok(await store.keepBatch(digest));
    }
    assert.ok(await store.batch(digest));
  }));

Deno.test("a batch that a block names while it is kept for later stays", async () => {
  const disk = new MemoryDisk();
  const digest = hashOf("both");
  const first = await open(disk.open());
  await first.putBatch(digest, randomBytes("both", 100));
  await first.close();
  const kv = disk.open();
  let slow: Promise<void> | undefined;
  const store = await open({
    ...kv,
    get: async (key) => {
      const until = slow;
      slow = undefined;
      await until;
      return await kv.get(key);
    },
  });
  await store.commitBlock(testBlock(1n, []), []);
  const { promise, resolve } = Promise.withResolvers<void>();
  slow = promise;
  const kept = store.keepBatch(digest);
  await store.commitBlock(testBlock(2n, [digest]), []);
  resolve();
  assert.ok(await kept);
  const last = STORAGE_LIMITS.looseBatchHeights + 3n;
  for (let height = 3n; height <= last; height++) {
    await store.commitBlock(testBlock(height, []), []);
  }
  await store.close();
  const next = await open(disk.open());
  assert.ok(await next.batch(digest));
  await next.close();
});

Deno.test("data of format 1 are brought to the present one, also after an interruption", async () => {
  const results = [1n, 2n, 3n].map((height) =>
    testResult(height, transactionsOf(`${height}`, 40))
  );
  const disk = new MemoryDisk();
  const kv = disk.open();
  await kv.commit([
    { type: "set", key: ["meta", "format"], value: u32(1) },
    { type: "set", key: ["index", "manifest"], value: new Uint8Array(12) },
    ...results.flatMap((result) =>
      setBlob(
        ["result", result.height],
        concat(
          encodeRoots(result),
          u32(result.transactionIds.length),
          result.transactionIds,
          result.receipts,
        ),
      )
    ),
  ]);
  for (let stopAfterCommits = 0; stopAfterCommits < 8; stopAfterCommits++) {
    const faulty = faultyKv(disk.open(), { seed: 1, stopAfterCommits });
    await open(faulty).then((store) => store.close()).catch(() => undefined);
  }
  const store = await open(disk.open());
  for (const result of results) {
    same(await store.result(result.height), result);
    const { height } = result;
    const id = result.transactionIds.slice(7 * 32, 8 * 32);
    assert.deepEqual(await store.transaction(id), { height, index: 7 });
  }
  await store.close();
  const left = disk.entries().map(({ key }) => key[0]);
  assert.ok(!left.includes("result") && !left.includes("index"));
});
