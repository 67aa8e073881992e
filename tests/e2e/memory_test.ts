/** A node whose state does not fit into its memory. */
import assert from "node:assert/strict";
import { encodeAddress } from "../../src/client/mod.ts";
import { seededRandom } from "../../src/platform/mod.ts";
import { ask, type NodeProcess, startNode, withHome } from "../harness.ts";
import { makeCrowdHome } from "../support/crowd.ts";
import { signerOf, signTransfer } from "../support/sign.ts";
import { until } from "../support/wait.ts";

const CROWD = 30_000;
const BALANCE = 1_000n;
/** Transfers of each of the ten accounts, in each life. */
const EACH = 300;
const LOOKS = 50;
const WITHIN_MS = 60_000;

Deno.test("accounts that are out of memory are paid, read and proven, in life after life", async () => {
  const random = seededRandom("memory");
  const addresses = new Uint8Array(random.bytes(CROWD * 32));
  const received = new Map<number, bigint>();
  const member = (number: number) =>
    addresses.subarray(number * 32, number * 32 + 32);

  const pay = async ({ client, ready }: NodeProcess) => {
    const chain = await client.chain();
    const { height } = await client.status();
    for (const { address, secret_key } of ready.accounts) {
      const signer = signerOf(Uint8Array.fromHex(secret_key));
      const { lanes } = await client.account(address);
      const first = Number(lanes[0]?.nonce ?? 0n);
      const envelopes = Array.from({ length: EACH }, (_, n) => {
        const to = random.integer(CROWD);
        received.set(to, (received.get(to) ?? 0n) + 1n);
        const validUntil = height + 10_000n;
        const nonce = first + n;
        return signTransfer(chain, signer, {
          ...{ nonce, validUntil, to: member(to) },
        });
      });
      const answers = await client.submitMany(envelopes);
      assert.ok(answers.every(({ code }) => code === 0));
      await until("all of them executed", WITHIN_MS, async () => {
        const { lanes } = await client.account(address);
        return lanes[0]?.nonce === BigInt(first + EACH);
      });
    }
  };
  const look = async ({ client }: NodeProcess) => {
    for (let n = 0; n < LOOKS; n++) {
      const number = random.integer(CROWD);
      const { balance } = await client.account(encodeAddress(member(number)));
      assert.equal(balance, BALANCE + (received.get(number) ?? 0n));
    }
  };

  await withHome(async (home) => {
    await makeCrowdHome(home, {
      ...{ addresses, balance: BALANCE, checkpointBlocks: 10n },
      config: {
        "execution.state_bytes_max": 1 << 20,
        "consensus.empty_block_time_ms": 50,
      },
    });
    for (const life of ["killed", "stopped"]) {
      const node = await startNode(home);
      try {
        await pay(node);
        await look(node);
      } finally {
        if (life === "killed") await node.kill();
        else assert.equal(await node.stop(), 0);
      }
    }
    const { mismatches } = await ask("replay", "--home", home);
    assert.equal(mismatches, 0);
  });
});
