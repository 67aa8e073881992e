import assert from "node:assert/strict";
import type { SubmitResult } from "../../execution/types.ts";
import { handClock } from "../testing/hand_clock.ts";
import { Queues } from "./queues.ts";

/** An executor that answers when it is told to. */
function setUp(bytesMax = 100) {
  const clock = handClock();
  const running: { name: number; end: (failure?: Error) => Promise<void> }[] =
    [];
  const queues = new Queues({
    clock,
    bytesMax,
    submit: (envelopes) =>
      new Promise((resolve, reject) => {
        const entry = {
          name: envelopes[0]!,
          async end(failure?: Error) {
            running.splice(running.indexOf(entry), 1);
            const empty: SubmitResult = {
              ids: new Uint8Array(),
              codes: new Uint32Array(),
            };
            if (failure) reject(failure);
            else resolve(empty);
            await settle();
          },
        };
        running.push(entry);
      }),
  });
  const names = () => running.map(({ name }) => name);
  return { clock, queues, running, names };
}

/** Lets all promises that are resolved do what follows. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const piece = (name: number, bytes = 10) => new Uint8Array(bytes).fill(name);

Deno.test("the proven go together, as many as the executor may work on", async () => {
  const { queues, running, names } = setUp(25);
  for (const name of [1, 2, 3]) queues.proven(piece(name));
  assert.deepEqual(names(), [1, 2]);
  await running[0]!.end();
  assert.deepEqual(names(), [2, 3]);
});

Deno.test("one that is larger than all that may run goes alone", async () => {
  const { queues, running, names } = setUp(25);
  queues.proven(piece(1));
  queues.proven(piece(2, 80));
  queues.proven(piece(3));
  assert.deepEqual(names(), [1]);
  await running[0]!.end();
  assert.deepEqual(names(), [2]);
});

Deno.test("strangers go alone, one address after the other", async () => {
  const { queues, running, names } = setUp();
  for (const name of [1, 2, 3]) queues.stranger("a", piece(name));
  queues.stranger("b", piece(4));
  const order: number[] = [];
  while (running.length > 0) {
    order.push(...names());
    await running[0]!.end();
  }
  assert.deepEqual(order, [1, 2, 4, 3]);
});

Deno.test("strangers wait three times as long as they took while the proven have something", async () => {
  const { clock, queues, running, names } = setUp(15);
  queues.stranger("a", piece(1));
  queues.stranger("a", piece(2));
  for (const name of [11, 12, 13, 14]) queues.proven(piece(name));
  clock.pass(10);
  await running[0]!.end();
  assert.deepEqual(names(), [11]);
  clock.pass(15);
  await running[0]!.end();
  assert.deepEqual(names(), [12]);
  clock.pass(15);
  await running[0]!.end();
  assert.deepEqual(names(), [2]);
  await running[0]!.end();
  assert.deepEqual(names(), [13]);
});

Deno.test("strangers need not wait where nobody else has anything", async () => {
  const { clock, queues, running, names } = setUp();
  queues.stranger("a", piece(1));
  queues.stranger("a", piece(2));
  clock.pass(1_000);
  await running[0]!.end();
  assert.deepEqual(names(), [2]);
});

Deno.test("more strangers than may wait are told to come back", () => {
  const { queues } = setUp();
  const codeName = "RPC_BUSY";
  for (let n = 0; n < 65; n++) queues.stranger("a", piece(1));
  assert.throws(() => queues.stranger("a", piece(1)), { codeName });
  queues.stranger("b", piece(1));
  for (let n = 65; n < 1_024; n++) queues.stranger(`c${n}`, piece(1));
  assert.throws(() => queues.stranger("d", piece(1)), { codeName });
});

Deno.test("what fails is told to who sent it, and the others go on", async () => {
  const { queues, running, names } = setUp();
  const one = assert.rejects(queues.proven(piece(1)), /broken/);
  await running[0]!.end(new Error("broken"));
  await one;
  const other = assert.rejects(queues.stranger("a", piece(2)), /broken/);
  queues.proven(piece(3));
  await running[0]!.end(new Error("broken too"));
  await other;
  assert.deepEqual(names(), [3]);
});
