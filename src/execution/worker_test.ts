import assert from "node:assert/strict";
import { ErrorCode } from "../errors/mod.ts";
import { executeNext, genesis, module, transfer } from "./fixtures.ts";
import {
  connectExecutor,
  loadExecutor,
  type Page,
  startExecutorWorker,
} from "./mod.ts";

Deno.test("an executor in a worker gives the bytes of one in this thread, to several threads", async () => {
  const inline = await loadExecutor({ core: module, genesis });
  const worker = await startExecutorWorker({ core: module, genesis });
  const reader = connectExecutor(worker.port());
  const { executor } = worker;
  try {
    const pending = new Promise<void>((resolve) => reader.onPending(resolve));
    const envelope = transfer(0, 1, 5n);
    const submitted = await executor.submit(envelope);
    assert.deepEqual(submitted, await inline.submit(envelope));
    await pending;
    const result = await executeNext(executor);
    assert.deepEqual(result, await executeNext(inline));
    const [, ...roots] = [await reader.roots(), await inline.roots()];
    assert.deepEqual(await reader.roots(), roots[0]);

    const pages: Page[] = await Array.fromAsync(executor.dirtyPages());
    assert.deepEqual(pages, await Array.fromAsync(inline.dirtyPages()));
    const checkpoint = { roots: await inline.roots(), pages: stream(pages) };
    const next = await startExecutorWorker({
      core: module,
      genesis,
      checkpoint,
    });
    assert.deepEqual(await next.executor.roots(), await inline.roots());
    await next.close();
  } finally {
    await reader.close();
    await worker.close();
  }
});

async function* stream<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

Deno.test("a genesis that is none does not start a worker", async () => {
  await assert.rejects(
    startExecutorWorker({ core: module, genesis: Uint8Array.of(1) }),
    { code: ErrorCode.GENESIS_INVALID },
  );
});
