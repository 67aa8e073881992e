import assert from "node:assert/strict";
import { RICH_SEED, TEST_PEERS, testGateway } from "../gateway/testing/mod.ts";
import { createClient, createWallet, sendTransfer } from "./mod.ts";

const rich = createWallet(RICH_SEED);
const other = createWallet("22".repeat(32));

Deno.test("sendTransfer fills in what is missing and gives the receipt", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  for (const nonce of [0n, 1n]) {
    const done = await sendTransfer(client, rich, {
      to: other.address,
      amount: 10n,
    });
    assert.deepEqual([done.code, done.body.nonce], [0, nonce]);
  }
  const account = await client.account(other.publicKey);
  assert.deepEqual([account.balance, account.exists], [20n, true]);
});

Deno.test("every call gives bigint, bytes and text where they belong", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  const { hash, height } = await client.faucet(other.address, { amount: 3n });
  const status = await client.status();
  assert.deepEqual([status.height, status.baseFee], [1n, 1n]);
  const transaction = await client.transaction(hash);
  assert.deepEqual(
    [transaction.height, transaction.sender, transaction.body.actions[0]],
    [height, rich.address, { type: "transfer", to: other.address, amount: 3n }],
  );
  assert.deepEqual(await client.wait(Uint8Array.fromHex(hash)), transaction);
  const block = await client.block(height);
  assert.deepEqual([block.transactionIds, block.transactions], [[hash], 1]);
  assert.equal((await client.block()).blockId, block.blockId);
  assert.ok(block.raw.length > 100);
  assert.equal((await client.validators()).totalPower, 100n);
  assert.deepEqual(await client.peers(), TEST_PEERS);
  assert.deepEqual((await client.genesis()).raw, test.chain.genesis);
  assert.equal((await client.chain()).chainId, "rustorium-test");
});

Deno.test("submitMany gives every envelope its own answer", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  const chain = await client.chain();
  const wrong = { ...chain, genesisHash: new Uint8Array(32) };
  const signed = await Promise.all(
    [chain, wrong, chain].map((on, nonce) =>
      rich.transfer(on, {
        to: other.address,
        amount: 1n,
        nonce,
        validUntil: 9,
      })
    ),
  );
  const answers = await client.submitMany(
    signed.map(({ envelope }) => envelope),
  );
  assert.deepEqual(answers.map(({ code }) => code), [0, 104, 0]);
  assert.equal(answers[2]?.hash, signed[2]?.hash);
  assert.deepEqual(await client.submitMany([]), []);
  await assert.rejects(client.submitMany([new Uint8Array(5)]), { code: 100 });
});

Deno.test("the node's codes arrive as errors with code, name and evidence", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  await assert.rejects(client.block(77), {
    name: "RustoriumError",
    code: 606,
    codeName: "RPC_NOT_FOUND",
    detail: { block: "77", tip: "0" },
  });
  await assert.rejects(client.transaction("xyz"), {
    codeName: "RPC_INVALID_PARAMS",
  });
  await assert.rejects(client.wait("00".repeat(32), { timeoutMs: 20 }), {
    codeName: "RPC_TIMEOUT",
  });
});

Deno.test("no node, a slow node and a caller who has lost interest are told apart", async () => {
  const nowhere = createClient({ url: "http://127.0.0.1:1" });
  await assert.rejects(nowhere.status(), { codeName: "RPC_UNREACHABLE" });
  const never: typeof fetch = (_input, init) =>
    new Promise((_, reject) => {
      const abort = () => reject(init?.signal?.reason);
      if (init?.signal?.aborted) abort();
      else init?.signal?.addEventListener("abort", abort);
    });
  const slow = createClient({ fetch: never, timeoutMs: 10 });
  // The client's own timer does not keep a process alive.
  const alive = setTimeout(() => {}, 5_000);
  await assert.rejects(slow.status(), { codeName: "RPC_TIMEOUT" });
  clearTimeout(alive);
  const leaving = AbortSignal.abort(new Error("enough"));
  await assert.rejects(slow.status({ signal: leaving }), /enough/);
  const other = createClient({
    fetch: () => Promise.resolve(new Response("<html>", { status: 502 })),
  });
  await assert.rejects(other.status(), { codeName: "RPC_UNREACHABLE" });
});
