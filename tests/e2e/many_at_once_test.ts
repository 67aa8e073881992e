/** Ten thousand transfers without waiting for any. */
import assert from "node:assert/strict";
import { withNode } from "../harness.ts";
import { signerOf, signTransfer } from "../support/sign.ts";
import { until } from "../support/wait.ts";

const COUNT = 10_000;
const WITHIN_MS = 120_000;

Deno.test("one account sends ten thousand at once, the second half first", async () => {
  await withNode(async ({ client, ready }) => {
    const [{ address, secret_key }] = ready.accounts as [
      typeof ready.accounts[0],
    ];
    const chain = await client.chain();
    const signer = signerOf(Uint8Array.fromHex(secret_key));
    const envelopes = Array.from(
      { length: COUNT },
      (_, nonce) => signTransfer(chain, signer, { nonce, validUntil: 10_000n }),
    );
    const halves = [envelopes.slice(COUNT / 2), envelopes.slice(0, COUNT / 2)];
    for (const half of halves) {
      const answers = await client.submitMany(half);
      assert.ok(answers.every(({ code }) => code === 0));
    }
    await until("all of them executed", WITHIN_MS, async () => {
      const { lanes } = await client.account(address);
      return lanes[0]?.nonce === BigInt(COUNT);
    });
    const { mempool } = await client.status();
    assert.equal(mempool.transactions, 0);
  });
});

Deno.test("ten accounts send a thousand each in one request", async () => {
  await withNode(async ({ client, ready }) => {
    const chain = await client.chain();
    const each = COUNT / ready.accounts.length;
    const signers = ready.accounts.map(({ secret_key }) =>
      signerOf(Uint8Array.fromHex(secret_key))
    );
    const envelopes = Array.from(
      { length: COUNT },
      (_, n) =>
        signTransfer(chain, signers[n % signers.length]!, {
          nonce: Math.floor(n / signers.length),
          validUntil: 10_000n,
        }),
    );
    const answers = await client.submitMany(envelopes);
    assert.ok(answers.every(({ code }) => code === 0));
    await until("all of them executed", WITHIN_MS, async () => {
      const accounts = await Promise.all(
        ready.accounts.map(({ address }) => client.account(address)),
      );
      return accounts.every(({ lanes }) => lanes[0]?.nonce === BigInt(each));
    });
  });
});
