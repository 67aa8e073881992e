/** Every kind of wrong transaction gets its own code, and the chain goes on. */
import assert from "node:assert/strict";
import { createClient, decodeAddress } from "../../mod.ts";
import { ErrorCode } from "../../src/proto/gen/rustorium/v1/error_pb.ts";
import type { Parameters } from "../../src/proto/gen/rustorium/v1/state_pb.ts";
import type { TransactionBody } from "../../src/proto/gen/rustorium/v1/transaction_pb.ts";
import { type NodeProcess, withHome, withNode } from "../harness.ts";
import { encode, goodBody, transfer } from "../support/bodies.ts";
import { concat, u32 } from "../../src/bytes/mod.ts";
import { envelope } from "../support/craft.ts";
import { signerOf, signTransfer, type Transfer } from "../support/sign.ts";
import { makeHomes, startValidator } from "../support/validators.ts";

interface Chain {
  seed: Uint8Array;
  genesisHash: Uint8Array;
  to: Uint8Array;
  parameters: Parameters;
  body(change?: (body: TransactionBody) => void): Uint8Array;
  signed(change?: (body: TransactionBody) => void): Uint8Array;
}

async function chainOf({ client, ready }: NodeProcess): Promise<Chain> {
  const [sender, receiver] = ready.accounts;
  assert.ok(sender && receiver);
  const seed = Uint8Array.fromHex(sender.secret_key);
  const { genesisHash, parameters } = await client.chain();
  const { height } = await client.status();
  const to = decodeAddress(receiver.address);
  const body: Chain["body"] = (change) => {
    const good = goodBody({ genesisHash, height, to });
    change?.(good);
    return encode(good);
  };
  const signed: Chain["signed"] = (change) =>
    envelope(genesisHash, seed, body(change));
  return { seed, genesisHash, parameters, to, body, signed };
}

/** Wrong in exactly one thing each. */
const WRONG: Record<string, (chain: Chain) => Uint8Array> = {
  TRANSACTION_MALFORMED: () => new Uint8Array(64).fill(7),
  TRANSACTION_TOO_LARGE: ({ signed }) =>
    concat(signed(), new Uint8Array(17_000)),
  BODY_NOT_CANONICAL: ({ genesisHash, seed, body }) =>
    // Lane 0, which the canonical encoding leaves out.
    envelope(genesisHash, seed, concat(body(), Uint8Array.of(0x10, 0))),
  UNKNOWN_ACTION: ({ genesisHash, seed, body }) =>
    // An action whose only field has the number 15.
    envelope(
      genesisHash,
      seed,
      concat(body((b) => b.actions = []), Uint8Array.of(0x4a, 2, 0x7a, 0)),
    ),
  WRONG_CHAIN: ({ signed }) =>
    signed((body) => body.chainTag = (body.chainTag ^ 1) >>> 0),
  SIGNATURE_INVALID: ({ signed }) => {
    const bytes = signed();
    bytes[40]! ^= 1;
    return bytes;
  },
  EXPIRED: ({ signed }) => signed((body) => body.validUntil = 1n),
  VALIDITY_TOO_LONG: ({ signed }) =>
    signed((body) => body.validUntil = 1_000_000_000n),
  ACTIONS_COUNT: ({ signed, to }) =>
    signed((body) =>
      body.actions = Array.from({ length: 17 }, () => transfer(to, 1n))
    ),
  MEMO_TOO_LONG: ({ signed }) =>
    signed((body) => body.memo = new Uint8Array(257)),
  GAS_LIMIT_TOO_LOW: ({ signed }) => signed((body) => body.gasLimit = 1n),
  GAS_LIMIT_TOO_HIGH: ({ signed, parameters }) =>
    signed((body) => body.gasLimit = parameters.blockGasMax + 1n),
  FEE_TOO_LOW: ({ signed }) => signed((body) => body.maxFee = 0n),
  AMOUNT_OVERFLOW: ({ signed, to }) =>
    signed((body) =>
      body.actions = [transfer(to, 2n ** 63n), transfer(to, 2n ** 63n)]
    ),
  ADDRESS_MALFORMED: ({ signed, to }) =>
    signed((body) => body.actions = [transfer(to.subarray(1), 1n)]),
  FEE_PAYER_RESERVED: ({ signed, to }) => signed((body) => body.feePayer = to),
  AMOUNT_ZERO: ({ signed, to }) =>
    signed((body) => body.actions = [transfer(to, 0n)]),
  NONCE_TOO_FAR: ({ signed }) => signed((body) => body.nonce = 1_000_000n),
  INSUFFICIENT_BALANCE: ({ signed, to }) =>
    signed((body) => body.actions = [transfer(to, 2n ** 62n)]),
};

/** The code's name with which a node answers an envelope. */
async function answer({ client }: NodeProcess, bytes: Uint8Array) {
  try {
    await client.submit(bytes);
    return "admitted";
  } catch (error) {
    return (error as { codeName?: string }).codeName ?? String(error);
  }
}

Deno.test("a wrong transaction is refused with the code of what is wrong", async (t) => {
  await withNode(async (node) => {
    while ((await node.client.status()).height < 2n) await node.moment();
    const chain = await chainOf(node);
    for (const [code, make] of Object.entries(WRONG)) {
      await t.step(code, async () => {
        assert.ok(code in ErrorCode, "a name of the schema");
        assert.equal(await answer(node, make(chain)), code);
      });
    }
    await t.step(
      "the right one is accepted, and refused the second time",
      async () => {
        const bytes = chain.signed();
        const hash = await node.client.submit(bytes);
        assert.equal((await node.client.wait(hash)).code, 0);
        assert.equal(await answer(node, bytes), "NONCE_USED");
      },
    );
    await t.step(
      "the same bytes twice while they wait are a duplicate",
      async () => {
        const bytes = chain.signed((body) => body.nonce = 2n);
        await node.client.submit(bytes);
        assert.equal(await answer(node, bytes), "DUPLICATE_TRANSACTION");
      },
    );
  });
});

Deno.test("every cut of a right transaction is refused, in one binary submission", async () => {
  await withNode(async (node) => {
    const whole = (await chainOf(node)).signed();
    for (const length of [0, 1, 31, 99, 100, whole.length - 1]) {
      const name = await answer(node, whole.subarray(0, length));
      assert.notEqual(name, "admitted", `${length} bytes`);
      assert.match(name, /^[A-Z_]+$/, `${length} bytes: ${name}`);
    }
    const lying = concat(
      whole.subarray(0, 96),
      u32(2 ** 31),
      whole.subarray(100),
    );
    assert.equal(await answer(node, lying), "TRANSACTION_TOO_LARGE");
    assert.equal((await node.client.status()).syncing, false);
  });
});

/** A node with room for so many transactions, and envelopes of its accounts that wait for one that never comes. */
async function withMempool(
  transactionsMax: number,
  use: (
    node: NodeProcess,
    waiting: (account: number, transfer: Partial<Transfer>) => Uint8Array,
  ) => Promise<void>,
) {
  await withHome(async (directory) => {
    const { plans, accounts } = await makeHomes(directory, {
      validators: 1,
      config: `\n[mempool]\ntransactions_max = ${transactionsMax}\n`,
    });
    const node = await startValidator(plans[0]!);
    try {
      const chain = await node.client.chain();
      const signers = accounts.map(({ secret_key }) =>
        signerOf(Uint8Array.fromHex(secret_key))
      );
      await use(
        node,
        (account, transfer) =>
          signTransfer(chain, signers[account]!, {
            ...{ nonce: 1, validUntil: 500n },
            ...transfer,
          }),
      );
    } finally {
      await node.stop();
    }
  });
}

const count = (length: number) => Array.from({ length }, (_, n) => n);

Deno.test("MEMPOOL_FULL: a mempool without room says so, and when to come back", async () => {
  await withMempool(3, async (node, waiting) => {
    for (const account of count(3)) {
      assert.equal(await answer(node, waiting(account, {})), "admitted");
    }
    const one = waiting(3, {});
    assert.equal(await answer(node, one), "MEMPOOL_FULL");
    const call = await fetch(node.ready.rpc, {
      method: "POST",
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "submit" },
        params: { transaction: one.toBase64() },
      }),
    });
    assert.equal((await call.json()).error.data.retry_after_ms, 1_000);
    const bulk = await fetch(`${node.ready.rpc}/submit`, {
      method: "POST",
      body: new Blob([one as Uint8Array<ArrayBuffer>]),
    });
    assert.equal(bulk.headers.get("retry-after"), "1");
    await bulk.body?.cancel();
    // But for the one that a waiting one waits for: it can leave, and that is worth more.
    assert.equal(await answer(node, waiting(0, { nonce: 0 })), "admitted");
  });
});

Deno.test("SENDER_QUOTA: one sender cannot take all the room", async () => {
  await withMempool(20_000, async (node, waiting) => {
    // Thousands of signatures take a slow machine more than a call's usual time.
    const client = createClient({ url: node.ready.rpc, timeoutMs: 60_000 });
    const many = count(16_383).map((n) => waiting(0, { nonce: n + 1 }));
    for (const part of [many.slice(0, 8_192), many.slice(8_192)]) {
      const sent = await client.submitMany(part);
      assert.ok(sent.every(({ code }) => code === 0));
    }
    const lane = 1;
    assert.equal(await answer(node, waiting(0, { lane })), "admitted");
    const beyond = waiting(0, { lane, nonce: 2 });
    assert.equal(await answer(node, beyond), "SENDER_QUOTA");
    assert.equal(await answer(node, waiting(1, {})), "admitted");
  });
});

Deno.test("TOO_MANY_LANES: lanes that wait count like those in use", async () => {
  await withMempool(100, async (node, waiting) => {
    for (const lane of count(64)) {
      assert.equal(await answer(node, waiting(0, { lane })), "admitted");
    }
    const beyond = waiting(0, { lane: 64 });
    assert.equal(await answer(node, beyond), "TOO_MANY_LANES");
  });
});
