import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { loadCoreModule } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { ReceiptSchema } from "../proto/gen/rustorium/v1/receipt_pb.ts";
import {
  AccountSchema,
  GenesisSchema,
} from "../proto/gen/rustorium/v1/state_pb.ts";
import { splitSized } from "./bytes.ts";
import { join } from "../bytes/mod.ts";
import {
  addressOf,
  BALANCE,
  batchOf,
  blockOf,
  core,
  executeNext,
  genesis,
  MemoryArchive,
  module,
  transfer,
} from "./fixtures.ts";
import { ShardedExecutor } from "./executor.ts";
import { type Executor, loadExecutor } from "./mod.ts";
import type { Waiting } from "./types.ts";
import { inlineShard } from "./shard.ts";
import { assignSlots, slotsOf } from "./slots.ts";

const load = (shards = 1, archive = new MemoryArchive()) =>
  loadExecutor({ core: module, genesis, shards, archive });

async function balance(executor: Executor, person: number): Promise<bigint> {
  const { account } = await executor.account(addressOf(person));
  return account ? fromBinary(AccountSchema, account).balance : 0n;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(items);
}

Deno.test("a transfer goes from submission to a receipt, and both balances tell", async () => {
  const archive = new MemoryArchive();
  const executor = await load(1, archive);
  const { ids, codes } = await executor.submit(transfer(0, 1, 700n));
  assert.deepEqual([...codes], [0]);
  const result = await executeNext(executor, archive);
  assert.deepEqual(result.transactionIds, ids);
  const [receipt] = [...splitSized(result.receipts)].map((bytes) =>
    fromBinary(ReceiptSchema, bytes)
  );
  assert.equal(receipt?.code, 0);
  assert.deepEqual(receipt?.transactionId, ids);
  assert.equal(await balance(executor, 1), BALANCE + 700n);
  assert.equal(await balance(executor, 0), BALANCE - 700n - receipt!.fee);
  assert.deepEqual(await executor.roots(), {
    height: 1n,
    stateRoot: result.stateRoot,
    receiptsRoot: result.receiptsRoot,
    messagesRoot: result.messagesRoot,
    gasUsed: receipt!.gasUsed,
  });
  assert.deepEqual(await executor.pending(), {
    ...{ transactions: 0, takeable: 0, bytes: 0 },
    taken: 1,
  });
  await executor.close();
});

Deno.test("one, two and five shards give the same bytes", async () => {
  const archives = [1, 2, 5].map(() => new MemoryArchive());
  const executors = await Promise.all(
    [1, 2, 5].map((shards, at) => load(shards, archives[at])),
  );
  for (let block = 0n; block < 3n; block++) {
    const envelopes = [0, 1, 2, 3, 4, 5, 6, 7].map((from) =>
      transfer(from, (from + 3) % 12, 100n + block, { nonce: block })
    );
    const [first, ...others] = executors;
    for (const executor of executors) {
      const { codes } = await executor.submit(join(envelopes));
      assert.deepEqual([...codes], envelopes.map(() => 0));
    }
    const height = block + 1n;
    const draft = await first!.assemble({
      height,
      bytes: 1 << 20,
      transactions: 100,
    });
    const batch = batchOf(draft!);
    const digests = archives.map((archive) => archive.add(batch));
    const input = blockOf(height, [digests[0]!]);
    const roots = await first!.execute(input);
    for (const [at, other] of others.entries()) {
      // First: what stands in another's right batch is left to that one.
      const made = await other.assemble({
        height,
        bytes: 1 << 20,
        transactions: 100,
      });
      assert.equal(made?.transactionCount, envelopes.length);
      assert.equal(
        await other.checkBatch(batch, height),
        undefined,
      );
      assert.deepEqual(await other.execute(input), roots);
      assert.deepEqual(
        archives[at + 1]!.results.get(height),
        archives[0]!.results.get(height),
      );
      assert.equal((await other.pending()).transactions, 0);
    }
  }
});

Deno.test("both artefacts of the core give the same bytes", async () => {
  const results = await Promise.all(
    (["fast", "compat"] as const).map(async (flavour) => {
      const core = await loadCoreModule(flavour);
      const archive = new MemoryArchive();
      const executor = await loadExecutor({ core, genesis, archive });
      const envelopes = [0, 1, 2].map((from) => transfer(from, 50, 7n));
      await executor.submit(join(envelopes));
      return await executeNext(executor, archive);
    }),
  );
  assert.deepEqual(results[0], results[1]);
});

Deno.test("presence and absence are proven under the state root", async () => {
  const archive = new MemoryArchive();
  const executor = await load(3, archive);
  await executor.submit(transfer(0, 1, 5n));
  await executeNext(executor, archive);
  for (const person of [0, 1, 99]) {
    const { proof, stateRoot, account } = await executor.prove(
      addressOf(person),
    );
    assert.deepEqual(stateRoot, (await executor.roots()).stateRoot);
    assert.equal(account === undefined, person === 99);
    assert.ok(proof.length > 0);
  }
});

/** The names of the pages that a checkpoint of the executor writes now. */
async function written(
  executor: Executor,
  archive: MemoryArchive,
): Promise<string[]> {
  await executor.checkpoint();
  const { height, stateRoot, pages } = archive.written.at(-1)!;
  const roots = await executor.roots();
  assert.deepEqual({ ...roots, height, stateRoot }, roots);
  return pages.map(({ slot, id }) => `${slot} ${id.toHex()}`);
}

Deno.test("a checkpoint loads to the same root, and later ones hold only what changed", async () => {
  const archive = new MemoryArchive();
  const executor = await load(1, archive);
  assert.equal((await written(executor, archive)).length, 256);
  assert.deepEqual(await written(executor, archive), []);
  await executor.submit(transfer(0, 1, 5n));
  await executeNext(executor, archive);
  const changed = await written(executor, archive);
  assert.ok(changed.length >= 2 && changed.length <= 3);

  const roots = await executor.roots();
  const { header } = blockOf(roots.height, []);
  const pages = () => archive.checkpointPages();
  const loaded = await loadExecutor({
    core: module,
    genesis,
    checkpoint: { roots, header, pages: pages() },
    shards: 2,
    archive,
  });
  assert.deepEqual(await loaded.roots(), roots);
  assert.deepEqual(await written(loaded, archive), []);
  const next = transfer(0, 2, 9n, { nonce: 1n });
  await Promise.all([executor.submit(next), loaded.submit(next)]);
  assert.deepEqual(
    await executeNext(loaded, archive),
    await executeNext(executor, archive),
  );

  const other = { ...roots, stateRoot: new Uint8Array(32) };
  await assert.rejects(
    loadExecutor({
      core: module,
      genesis,
      checkpoint: { roots: other, header, pages: pages() },
      archive,
    }),
    { code: ErrorCode.STORAGE_CORRUPT },
  );
  archive.checkpoint.delete([...archive.checkpoint.keys()][0]!);
  await assert.rejects(
    loadExecutor({
      core: module,
      genesis,
      checkpoint: { roots, header, pages: pages() },
      archive,
    }),
    { code: ErrorCode.PAGE_MALFORMED },
  );
});

Deno.test("blocks go on while a checkpoint is written, which holds the state as it was", async () => {
  const archive = new MemoryArchive();
  const executor = await load(2, archive);
  const put = archive.putCheckpoint.bind(archive);
  const going = Promise.withResolvers<void>();
  archive.putCheckpoint = async (height, stateRoot, pages) => {
    await going.promise;
    await put(height, stateRoot, pages);
  };
  const { header } = blockOf(1n, []);
  await executor.execute(blockOf(1n, []));
  const checkpoint = executor.checkpoint();
  const before = await executor.roots();
  for (let nonce = 0n; nonce < 3n; nonce++) {
    await executor.submit(transfer(0, 1, 5n, { nonce }));
    await executeNext(executor, archive);
  }
  // Where one is under way none else is begun, and no slot moves.
  const again = executor.checkpoint();
  let isMoved = false;
  const moved = executor.moveSlots([{ slot: 0, to: 1 }])
    .then(() => isMoved = true);
  await executor.account(addressOf(0));
  assert.ok(!isMoved);
  going.resolve();
  await Promise.all([checkpoint, again, moved]);
  assert.equal(archive.written.length, 1);
  assert.equal(archive.written[0]!.pages.length, 256);
  const loaded = await loadExecutor({
    core: module,
    genesis,
    checkpoint: { roots: before, header, pages: archive.checkpointPages() },
    archive,
  });
  assert.equal(await balance(loaded, 1), BALANCE);
  // What has changed meanwhile is in the next one.
  assert.ok((await written(executor, archive)).length >= 2);
});

Deno.test("a checkpoint that cannot be written is given again", async () => {
  const archive = new MemoryArchive();
  const executor = await load(2, archive);
  const put = archive.putCheckpoint.bind(archive);
  archive.putCheckpoint = async (_height, _root, pages) => {
    for await (const _ of pages) throw fault(ErrorCode.DISK_FULL);
  };
  await assert.rejects(executor.checkpoint(), { code: ErrorCode.DISK_FULL });
  archive.putCheckpoint = put;
  assert.equal((await written(executor, archive)).length, 256);
  assert.deepEqual(await written(executor, archive), []);
});

Deno.test("onPending tells when something can go into a block, and again while it can", async () => {
  const archive = new MemoryArchive();
  const executor = await load(2, archive);
  let told = 0;
  executor.onPending((waiting) => {
    assert.deepEqual(waiting, { isReady: true, isFresh: false });
    told++;
  });
  await executor.submit(transfer(0, 1, 5n, { nonce: 1n }));
  assert.equal(told, 0);
  await executor.submit(transfer(0, 1, 5n));
  assert.equal(told, 1);
  await executor.submit(transfer(1, 2, 5n));
  assert.equal(told, 1);
  await executor.execute(blockOf(1n, []));
  assert.equal(told, 2);
  const limits = { height: 2n, bytes: 1 << 20, transactions: 100 };
  const draft = await executor.assemble(limits);
  assert.equal(draft?.transactionCount, 3);
  assert.equal(await executor.assemble(limits), undefined);
  await executor.release(draft!.payload);
  assert.equal(told, 3);
  await executeNext(executor, archive);
  assert.equal(told, 3);
});

Deno.test("what waits in the buckets of others is told of, and goes to each what is its own", async () => {
  const executor = await load(2);
  const told: Waiting[] = [];
  executor.onPending((waiting) => told.push(waiting));
  await executor.setBuckets(new Uint8Array(32));
  const envelopes = [transfer(0, 1, 5n), transfer(1, 2, 5n)];
  await executor.submit(join(envelopes));
  assert.deepEqual(told, [{ isReady: false, isFresh: true }]);
  const [all, none] = [0xff, 0].map((byte) => new Uint8Array(32).fill(byte));
  const limits = { height: 1n, bytes: 1 << 20, second: none! };
  const [one, other] = await executor.forward([
    { ...limits, first: none! },
    { ...limits, first: all! },
  ]);
  assert.equal(one!.length, 0);
  assert.equal(other!.length, join(envelopes).length);
});

Deno.test("bad transactions, batches and blocks are answered with their codes", async () => {
  const archive = new MemoryArchive();
  const executor = await load(2, archive);
  const forged = transfer(0, 1, 5n);
  forged[40]! ^= 1;
  const all = [
    forged,
    transfer(99, 1, 5n),
    transfer(1, 2, 5n),
    Uint8Array.of(1),
  ];
  const { codes } = await executor.submit(join(all));
  assert.deepEqual([...codes], [
    ErrorCode.SIGNATURE_INVALID,
    ErrorCode.INSUFFICIENT_BALANCE,
    0,
    ErrorCode.TRANSACTION_MALFORMED,
  ]);
  const draft = await executor.assemble({
    height: 1n,
    bytes: 1 << 20,
    transactions: 9,
  });
  const batch = batchOf(draft!);
  assert.equal(await executor.checkBatch(batch, 1n), undefined);
  const late = await executor.checkBatch(batch, 501n);
  assert.deepEqual(late, { code: ErrorCode.EXPIRED, isAuthors: false });
  const damaged = batch.with(batch.length - 1, batch.at(-1)! ^ 1);
  const refusal = await executor.checkBatch(damaged, 1n);
  assert.deepEqual(refusal, {
    code: ErrorCode.BATCH_MISMATCH,
    isAuthors: false,
  });
  const malformed = { code: ErrorCode.BLOCK_MALFORMED };
  await assert.rejects(executor.execute(blockOf(2n, [])), malformed);
  const digest = archive.add(batch);
  const missing = blockOf(1n, [digest.with(0, digest[0]! ^ 1)]);
  await assert.rejects(executor.execute(missing), {
    code: ErrorCode.STORAGE_CORRUPT,
  });
  await assert.rejects(
    executor.execute({ ...blockOf(1n, []), header: Uint8Array.of(1) }),
    malformed,
  );
  await assert.rejects(executor.account(new Uint8Array(31)), {
    code: ErrorCode.ADDRESS_MALFORMED,
  });
  assert.equal((await executor.execute(blockOf(1n, [digest]))).height, 1n);
});

Deno.test("a mempool keeps to the limits it is given", async () => {
  const mempool = { transactionsMax: 2, bytesMax: 2 ** 40 };
  const archive = new MemoryArchive();
  const executor = await loadExecutor({
    core: module,
    genesis,
    mempool,
    archive,
  });
  const all = [0, 1, 2].map((person) => transfer(person, 5, 1n));
  const { codes } = await executor.submit(join(all));
  assert.deepEqual([...codes], [0, 0, ErrorCode.MEMPOOL_FULL]);
});

Deno.test("accounts come in order with balances that sum to the supply", async () => {
  const archive = new MemoryArchive();
  const executor = await load(2, archive);
  await executor.submit(transfer(0, 50, 5n));
  await executeNext(executor, archive);
  const records = join(await collect(executor.accounts()));
  const view = new DataView(records.buffer);
  let sum = 0n;
  let last = "";
  for (let at = 0; at < records.length; at += 40) {
    const address = records.subarray(at, at + 32);
    const place = core.slotOf(address).toString(16).padStart(2, "0") +
      address.toHex();
    assert.ok(last < place);
    last = place;
    sum += view.getBigUint64(at + 32, true);
  }
  const { accounts } = fromBinary(GenesisSchema, genesis);
  // Somebody new, and the account of the fees.
  assert.equal(records.length / 40, accounts.length + 2);
  assert.equal(sum, BALANCE * BigInt(accounts.length));
});

Deno.test("after half a block or a trap nothing is answered any more", async () => {
  const archive = new MemoryArchive();
  const broken = async (method: "deliver" | "submit", code: ErrorCode) => {
    const roots = await (await load()).roots();
    const shardOf = new Uint8Array(256);
    const shard = inlineShard(
      core,
      new core.Shard(genesis, slotsOf(assignSlots(1), 0)),
    );
    const coordinator = new core.Coordinator(genesis, shardOf);
    coordinator.start([await shard.slotRoots()]);
    const fails = { ...shard, [method]: () => Promise.reject(fault(code)) };
    const shards = [fails];
    const parts = { core, coordinator, shards, shardOf, roots, archive };
    return new ShardedExecutor(parts);
  };
  const half = await broken("deliver", ErrorCode.MESSAGE_MALFORMED);
  await half.submit(transfer(0, 1, 1n));
  for (let call = 0; call < 2; call++) {
    const code = ErrorCode.MESSAGE_MALFORMED;
    await assert.rejects(executeNext(half, archive), { code });
    await assert.rejects(half.account(addressOf(0)), { code });
  }
  const trapped = await broken("submit", ErrorCode.ENGINE_TRAPPED);
  const code = ErrorCode.ENGINE_TRAPPED;
  await assert.rejects(trapped.submit(transfer(0, 1, 1n)), { code });
  await assert.rejects(trapped.account(addressOf(0)), { code });
  const full = await broken("submit", ErrorCode.RPC_BUSY);
  await assert.rejects(full.submit(transfer(0, 1, 1n)));
  assert.ok((await full.account(addressOf(0))).account);
});

Deno.test("a closed executor refuses", async () => {
  const executor = await load();
  await executor.close();
  await assert.rejects(executor.submit(transfer(0, 1, 1n)), {
    code: ErrorCode.SHUTTING_DOWN,
  });
});

Deno.test("slots go from shard to shard between blocks, and nobody can tell", async () => {
  const archives = [new MemoryArchive(), new MemoryArchive()];
  const [still, moving] = await Promise.all([
    load(1, archives[0]),
    load(4, archives[1]),
  ]);
  const slots = Array.from(
    { length: 10 },
    (_, person) => core.slotOf(addressOf(person)),
  );
  for (let block = 0n; block < 4n; block++) {
    const envelopes = join(
      [0, 1, 2, 3, 4, 5, 6, 7].map((from) =>
        transfer(from, (from + 3) % 12, 100n, { nonce: block })
      ),
    );
    const answers = await still!.submit(envelopes);
    assert.deepEqual(await moving!.submit(envelopes), answers);
    const to = Number(block);
    const done = moving!.moveSlots(slots.map((slot) => ({ slot, to })));
    await done;
    // What is in no checkpoint yet moves along with its slot, and what waits.
    if (block % 2n > 0n) {
      assert.deepEqual(
        await written(moving!, archives[1]!),
        await written(still!, archives[0]!),
      );
      assert.deepEqual(archives[1]!.checkpoint, archives[0]!.checkpoint);
    }
    assert.equal((await moving!.pending()).transactions, 8);
    const height = block + 1n;
    const limits = { height, bytes: 1 << 20, transactions: 100 };
    const draft = await moving!.assemble(limits);
    assert.equal(draft?.transactionCount, 8);
    const batch = batchOf(draft!);
    const input = blockOf(
      height,
      archives.map((one) => one.add(batch)).slice(1),
    );
    assert.deepEqual(
      await moving!.execute(input),
      await still!.execute(input),
    );
    assert.deepEqual(
      archives[1]!.results.get(height),
      archives[0]!.results.get(height),
    );
    for (const person of [0, 5, 99]) {
      assert.deepEqual(
        await moving!.prove(addressOf(person)),
        await still!.prove(addressOf(person)),
      );
    }
  }
  await assert.rejects(moving!.moveSlots([{ slot: 0, to: 4 }]), RangeError);
  await assert.rejects(moving!.moveSlots([{ slot: 256, to: 0 }]), RangeError);
  await moving!.close();
  await assert.rejects(moving!.moveSlots([{ slot: 0, to: 1 }]), {
    code: ErrorCode.SHUTTING_DOWN,
  });
});
