import assert from "node:assert/strict";
import { connectExecutor, serveExecutor } from "./remote.ts";
import type { Executor, Roots } from "./types.ts";

/** Says in which order it was called, across a port that counts what crosses. */
function world() {
  const called: string[] = [];
  const note = (name: string) => {
    called.push(name);
    return Promise.resolve();
  };
  const executor = {
    submit: (envelopes: Uint8Array) => note(`submit ${envelopes.length}`),
    execute: () => note("execute"),
    height: () => note("height").then(() => 1n),
    named: () => note("named"),
  } as unknown as Executor;
  const { port1, port2 } = new MessageChannel();
  const crossings = { count: 0 };
  for (const port of [port1, port2]) {
    const post = port.postMessage.bind(port);
    port.postMessage = (message: unknown) => {
      crossings.count++;
      post(message);
    };
  }
  serveExecutor(port1, executor);
  const remote = connectExecutor(port2);
  const execute = (batches: Uint8Array[]): Promise<Roots> =>
    remote.execute({ height: 1n, header: new Uint8Array(), batches });
  return { called, crossings, execute, remote };
}

const SMALL = new Uint8Array(200);
const LARGE = new Uint8Array(20 << 10);

Deno.test("while many come for each block a small submission crosses with the next call, before it", async () => {
  const { called, crossings, execute, remote } = world();
  for (let block = 0; block < 3; block++) {
    for (let n = 0; n < 3; n++) await remote.submit(SMALL);
    await execute([SMALL]);
  }
  called.length = crossings.count = 0;
  const admitted = remote.submit(SMALL);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(crossings.count, 0);
  await Promise.all([admitted, remote.height()]);
  assert.deepEqual(called, ["submit 200", "height"]);
  assert.equal(crossings.count, 2);
  // Many transactions are worth a thread that wakes, and what comes alone is not kept for long.
  const large = remote.submit(LARGE);
  await Promise.resolve();
  await Promise.all([large, remote.submit(SMALL)]);
  assert.deepEqual(called.slice(2), ["submit 20480", "submit 200"]);
  await remote.submit(SMALL);
  await execute([]);
  crossings.count = 0;
  const last = remote.submit(SMALL);
  await new Promise((resolve) => setTimeout(resolve));
  assert.ok(crossings.count >= 1);
  await last;
  await remote.close();
});

Deno.test("the names of batches cross with the next block, before it", async () => {
  const { called, crossings, execute, remote } = world();
  await remote.named(SMALL, SMALL, 3n);
  await remote.named(SMALL, SMALL, 4n);
  assert.equal(crossings.count, 0);
  await execute([SMALL]);
  assert.deepEqual(called, ["named", "named", "execute"]);
  assert.equal(crossings.count, 2);
  await remote.close();
});
