import assert from "node:assert/strict";
import { ErrorCode } from "../errors/mod.ts";
import { join } from "../bytes/mod.ts";
import { serve } from "../platform/mod.ts";
import {
  addressOf,
  batchOf,
  blockOf,
  executeNext,
  genesis,
  MemoryArchive,
  module,
  transfer,
} from "./fixtures.ts";
import { connectExecutor, loadExecutor, startExecutorWorker } from "./mod.ts";

/** A port that leads to the archive. */
function portTo(archive: MemoryArchive): MessagePort {
  const { port1, port2 } = new MessageChannel();
  serve(port1, archive);
  ports.push(port1);
  return port2;
}

const ports: MessagePort[] = [];

function closePorts(): void {
  ports.splice(0).forEach((port) => port.close());
}

for (const shards of [1, 3]) {
  Deno.test(`an executor in a worker, with ${shards} shards, gives the bytes of one in this thread, to several threads`, async () => {
    const [here, there] = [new MemoryArchive(), new MemoryArchive()];
    const inline = await loadExecutor({ core: module, genesis, archive: here });
    const start = { core: module, genesis, shards };
    const worker = await startExecutorWorker({
      ...start,
      store: portTo(there),
    });
    const reader = connectExecutor(worker.port());
    const { executor } = worker;
    try {
      const pending = new Promise((resolve) => reader.onPending(resolve));
      const envelopes = join([0, 1, 2, 3].map((from) => transfer(from, 7, 5n)));
      const submitted = await executor.submit(envelopes);
      assert.deepEqual(submitted, await inline.submit(envelopes));
      assert.deepEqual(await pending, { isReady: true, isFresh: false });
      const limits = { height: 1n, bytes: 1 << 20, transactions: 100 };
      const [draft, other] = [
        await executor.assemble(limits),
        await inline.assemble(limits),
      ];
      assert.equal(draft?.transactionCount, other?.transactionCount);
      const batch = batchOf(other!);
      assert.equal(await executor.checkBatch(batch, 1n), undefined);
      const block = blockOf(1n, [here.add(batch)]);
      assert.deepEqual(
        await executor.execute(block),
        await inline.execute(block),
      );
      assert.deepEqual(there.results.get(1n), here.results.get(1n));
      assert.deepEqual(await reader.roots(), await inline.roots());
      await executor.submit(transfer(5, 7, 5n));
      await inline.submit(transfer(5, 7, 5n));
      const next = await executeNext(executor, there);
      assert.deepEqual(next, await executeNext(inline, here));
      assert.deepEqual(
        await reader.prove(addressOf(7)),
        await inline.prove(addressOf(7)),
      );

      await Promise.all([executor.checkpoint(), inline.checkpoint()]);
      assert.deepEqual(there.written, here.written);
      const later = await startExecutorWorker({
        ...start,
        checkpoint: {
          roots: await inline.roots(),
          header: blockOf(await inline.height(), []).header,
        },
        store: portTo(there),
      });
      assert.deepEqual(await later.executor.roots(), await inline.roots());
      await later.close();
    } finally {
      await reader.close();
      await worker.close();
      closePorts();
    }
  });

  Deno.test(`with ${shards} shards the name of an own batch crosses with its block: it is not read`, async () => {
    const archive = new MemoryArchive();
    const worker = await startExecutorWorker({
      ...{ core: module, genesis, shards },
      store: portTo(archive),
    });
    const { executor } = worker;
    await executor.submit(transfer(0, 7, 5n));
    const limits = { height: 1n, bytes: 1 << 20, transactions: 100 };
    const draft = (await executor.assemble(limits))!;
    const digest = archive.add(batchOf(draft));
    archive.batches.clear();
    await executor.named(draft.payloadRoot, digest, 500n);
    await executor.execute(blockOf(1n, [digest]));
    assert.equal(archive.results.get(1n)?.transactionIds.length, 32);
    await worker.close();
    closePorts();
  });

  Deno.test(`a genesis that is none does not start a worker with ${shards} shards`, async () => {
    await assert.rejects(
      startExecutorWorker({
        core: module,
        genesis: Uint8Array.of(1),
        shards,
        store: portTo(new MemoryArchive()),
      }),
      { code: ErrorCode.GENESIS_INVALID },
    );
    closePorts();
  });
}
