import assert from "node:assert/strict";
import { createWallet, sendTransfer } from "../../mod.ts";
import { withNode } from "../harness.ts";

Deno.test("a subscription tells every block once and in order, also those of the past", async () => {
  await withNode(async ({ client }) => {
    const stop = new AbortController();
    const heights: bigint[] = [];
    const events = client.subscribeBlocks({ cursor: 0n, signal: stop.signal });
    for await (const block of events) {
      heights.push(block.height);
      if (heights.length === 5) stop.abort();
    }
    assert.deepEqual(heights, [1n, 2n, 3n, 4n, 5n]);
  });
});

Deno.test("a subscription to receipts tells what became of a transfer", async () => {
  await withNode(async ({ client, ready: { accounts } }) => {
    const [from, to] = accounts;
    assert.ok(from && to);
    const wallet = createWallet(from.secret_key);
    const sent = await sendTransfer(client, wallet, {
      to: to.address,
      amount: 3n,
    });
    assert.equal(sent.code, 0);
    const signal = AbortSignal.timeout(20_000);
    const cursor = sent.height - 1n;
    for await (const event of client.subscribeReceipts({ cursor, signal })) {
      assert.equal(event.height, sent.height);
      const receipt = event.receipts.find(({ hash }) => hash === sent.hash);
      assert.equal(receipt?.fee, sent.fee);
      return;
    }
    assert.fail("no event came");
  });
});

Deno.test("many transactions at once, each with its own answer, in several lanes", async () => {
  await withNode(async ({ client, ready: { accounts } }) => {
    const [from, to] = accounts;
    assert.ok(from && to);
    const wallet = createWallet(from.secret_key);
    const chain = await client.chain();
    const { height } = await client.status();
    const signed = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        wallet.transfer(chain, {
          ...{ to: to.address, amount: 1n, validUntil: height + 100n },
          lane: index % 4,
          nonce: Math.floor(index / 4),
        })),
    );
    const answers = await client.submitMany(
      signed.map(({ envelope }) => envelope),
    );
    assert.deepEqual(answers.map(({ code }) => code), signed.map(() => 0));
    const done = await Promise.all(
      signed.map(({ hash }) => client.wait(hash)),
    );
    assert.ok(done.every(({ code }) => code === 0));
    const { lanes } = await client.account(wallet.address);
    assert.deepEqual(lanes.map(({ nonce }) => nonce), [50n, 50n, 50n, 50n]);
  });
});
