import assert from "node:assert/strict";
import { chainInfoOf, createWallet } from "../../client/mod.ts";
import { openSocket, rpc } from "../testing/call.ts";
import { RICH_SEED, TestChain, testGateway } from "../testing/mod.ts";
import { fewLargeReads } from "./large_reads.ts";

/** A store that answers `result` when it is told to. */
function setUp(largeReadsMax: number, largeReadsWaitingMax: number) {
  const asked: bigint[] = [];
  const answers: PromiseWithResolvers<undefined>[] = [];
  const { store } = new TestChain().backend;
  const few = fewLargeReads({
    ...store,
    result(height) {
      asked.push(height);
      const answer = Promise.withResolvers<undefined>();
      answers.push(answer);
      return answer.promise;
    },
  }, { largeReadsMax, largeReadsWaitingMax });
  return { few, asked, answers };
}

Deno.test("so many large answers are on their way at once, and the others wait in their order", async () => {
  const { few, asked, answers } = setUp(2, 9);
  const reads = [1n, 2n, 3n, 4n].map((height) => few.result(height));
  assert.deepEqual(asked, [1n, 2n]);
  assert.equal(await few.tip(), 0n);
  answers[1]!.reject(new Error("broken"));
  await assert.rejects(reads[1]!, /broken/);
  assert.deepEqual(asked, [1n, 2n, 3n]);
  answers[0]!.resolve(undefined);
  answers[2]!.resolve(undefined);
  await Promise.all([reads[0], reads[2]]);
  assert.deepEqual(asked, [1n, 2n, 3n, 4n]);
  answers[3]!.resolve(undefined);
  await reads[3];
  const last = few.result(5n);
  assert.deepEqual(asked.at(-1), 5n);
  answers[4]!.resolve(undefined);
  assert.equal(await last, undefined);
});

Deno.test("beyond so many that wait, large reads are refused", async () => {
  const { few, asked, answers } = setUp(1, 1);
  const reads = [1n, 2n].map((height) => few.result(height));
  await assert.rejects(few.result(3n), { codeName: "RPC_BUSY" });
  answers[0]!.resolve(undefined);
  await reads[0];
  const last = few.result(4n);
  answers[1]!.resolve(undefined);
  await reads[1];
  answers[2]!.resolve(undefined);
  await last;
  assert.deepEqual(asked, [1n, 2n, 4n]);
});

Deno.test("events come, and whoever waits is woken, while others' questions have all turns", async () => {
  await using test = await testGateway({
    limits: {
      ...{ largeReadsMax: 1, largeReadsWaitingMax: 1, waitMsMax: 5_000 },
      // Nothing is found in memory.
      cacheBytesMax: 80,
    },
  });
  const { chain, gateway: { url } } = test;
  await using socket = await openSocket(url);
  const subscribe = { jsonrpc: "2.0", id: 1, method: "subscribe" };
  socket.send({ ...subscribe, params: { topic: "receipts" } });
  await socket.next();
  const wallet = createWallet(RICH_SEED);
  const { envelope, hash } = await wallet.transfer(
    chainInfoOf(chain.genesis),
    { to: wallet.address, amount: 1n, nonce: 0, validUntil: 9 },
  );

  const { store } = chain.backend;
  const registered = Promise.withResolvers<void>();
  store.transaction = () => {
    registered.resolve();
    return Promise.resolve(undefined);
  };
  const waiting = rpc(url, "wait", { hash });
  await registered.promise;
  const answer = Promise.withResolvers<undefined>();
  store.transaction = () => answer.promise;
  const questions = [1, 2, 3].map((n) =>
    rpc(url, "transaction", { hash: `0${n}`.repeat(32) })
  );
  // One has the turn, one waits for it.
  assert.equal((await Promise.race(questions)).error.data.name, "RPC_BUSY");

  await chain.backend.executor.submit(envelope);
  const { params } = await socket.next();
  assert.equal(params.data.receipts[0].hash, hash);
  // It asks for the transaction then.
  assert.equal((await waiting).error.data.name, "RPC_BUSY");
  answer.resolve(undefined);
  const names = (await Promise.all(questions)).map((one) =>
    one.error.data.name
  );
  assert.deepEqual(names.toSorted(), [
    "RPC_BUSY",
    "RPC_NOT_FOUND",
    "RPC_NOT_FOUND",
  ]);
});
