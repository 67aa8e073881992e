import assert from "node:assert/strict";
import * as ed25519 from "@noble/ed25519";
import { fromBinary } from "@bufbuild/protobuf";
import { TransactionBodySchema } from "../proto/gen/rustorium/v1/transaction_pb.ts";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { TestChain } from "../gateway/testing/mod.ts";
import { chainInfoOf, createWallet } from "./mod.ts";

const core = createCore(await loadCoreModule());
const chain = chainInfoOf(new TestChain().genesis);
const wallet = createWallet("07".repeat(32));
const to = createWallet("08".repeat(32)).address;
const transfer = { to, amount: 5n, nonce: 3, validUntil: 99 };

Deno.test("a transfer is one that the core accepts, with the id that the core gives it", async () => {
  const { envelope, hash } = await wallet.transfer(chain, {
    ...transfer,
    memo: "こんにちは",
    tip: 2n,
    lane: 4,
  });
  const id = core.checkTransaction(chain.genesisHash, envelope);
  assert.equal(id.toHex(), hash);
  assert.deepEqual(
    wallet.publicKey,
    core.publicKeyOf(new Uint8Array(32).fill(7)),
  );
});

Deno.test("left out options get defaults that cover the transaction", async () => {
  const { envelope } = await wallet.transfer(chain, transfer);
  const body = fromBinary(TransactionBodySchema, envelope.subarray(100));
  const { gasPerTransaction, gasPerByte, gasPerAction, baseFeeMin } =
    chain.parameters;
  const needed = gasPerTransaction + gasPerByte * BigInt(envelope.length) +
    gasPerAction;
  assert.ok(
    body.gasLimit >= needed && body.gasLimit < needed + 10n * gasPerByte,
  );
  assert.deepEqual([body.maxFee, body.tip, body.lane], [
    baseFeeMin * 2n,
    0n,
    0,
  ]);
});

Deno.test("the platform's signatures and the library's are the same", async () => {
  const { envelope, hash } = await wallet.transfer(chain, transfer);
  const message = core.transactionSignBytes(Uint8Array.fromHex(hash));
  const expected = ed25519.sign(message, new Uint8Array(32).fill(7));
  assert.deepEqual(envelope.slice(32, 96), new Uint8Array(expected));
});

Deno.test("where the platform cannot sign, the library does", async () => {
  const { importKey } = crypto.subtle;
  crypto.subtle.importKey = () => Promise.reject(new Error("not supported"));
  try {
    const other = createWallet("07".repeat(32));
    assert.deepEqual(
      await other.transfer(chain, transfer),
      await wallet.transfer(chain, transfer),
    );
  } finally {
    crypto.subtle.importKey = importKey;
  }
});

Deno.test("malformed keys, addresses and amounts are refused with their codes", async () => {
  for (
    const key of ["", "zz".repeat(32), "00".repeat(31), new Uint8Array(33)]
  ) {
    assert.throws(() => createWallet(key), { codeName: "KEY_MALFORMED" });
  }
  const sent = (options: Partial<typeof transfer>) =>
    wallet.transfer(chain, { ...transfer, ...options });
  await assert.rejects(sent({ to: "rst1" as typeof to }), {
    codeName: "ADDRESS_MALFORMED",
  });
  await assert.rejects(sent({ amount: 2n ** 64n }), {
    codeName: "AMOUNT_OVERFLOW",
  });
  await assert.rejects(sent({ amount: -1n }), { codeName: "AMOUNT_OVERFLOW" });
});
