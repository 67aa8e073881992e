/** Transactions that no block can take, more than may wait, and somebody who sends others meanwhile. */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import { findError } from "../../src/errors/mod.ts";
import { withNode } from "../harness.ts";
import { codesOf } from "../support/flood.ts";
import { signerOf, signTransfer } from "../support/sign.ts";
import { pause, until } from "../support/wait.ts";

/** Together more than the gateway's `backlogBurst`. */
const ATTACKERS = 5;
const EACH = 4_200;
const TRANSFERS = 200;
const PAUSE_MS = 20;
const WITHIN_MS = 60_000;

Deno.test("what waits behind gaps, funded and of several accounts, keeps nobody out", async () => {
  await withNode(async ({ ready }) => {
    const client = createClient({ url: ready.rpc, timeoutMs: WITHIN_MS });
    const chain = await client.chain();
    const [honest, ...others] = ready.accounts.map(({ secret_key }) =>
      signerOf(Uint8Array.fromHex(secret_key))
    );
    for (const attacker of others.slice(0, ATTACKERS)) {
      const envelopes = Array.from(
        { length: EACH },
        (_, n) =>
          signTransfer(chain, attacker, { nonce: n + 1, validUntil: 10_000n }),
      );
      const answers = await client.submitMany(envelopes);
      assert.ok(answers.every(({ code }) => code === 0));
    }
    let [nonce, refused] = [0, 0];
    while (nonce + refused < TRANSFERS) {
      const envelope = signTransfer(chain, honest!, {
        nonce,
        validUntil: 10_000n,
      });
      const response = await fetch(`${ready.rpc}/submit`, {
        method: "POST",
        body: envelope,
      });
      if (response.ok) {
        const answer = new Uint8Array(await response.arrayBuffer());
        assert.deepEqual(codesOf(answer, 1), [0]);
        nonce++;
      } else {
        const { error } = await response.json();
        assert.equal(findError(error.data.code)?.name, "RPC_BUSY");
        refused++;
      }
      await pause(PAUSE_MS);
    }
    // Until it was looked at what had come.
    assert.ok(refused < TRANSFERS / 10, `${refused} refused`);
    await until("all executed", WITHIN_MS, async () => {
      const { lanes } = await client.account(ready.accounts[0]!.address);
      return lanes[0]?.nonce === BigInt(nonce);
    });
    const { mempool } = await client.status();
    assert.equal(mempool.transactions, ATTACKERS * EACH, "they wait still");
  });
});
