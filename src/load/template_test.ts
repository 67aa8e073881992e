import assert from "node:assert/strict";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ParametersSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { TransactionBodySchema } from "../proto/gen/rustorium/v1/transaction_pb.ts";
import { AMOUNT, MAX_FEE_MIN, TransferTemplate } from "./template.ts";

const genesisHash = new Uint8Array(32).fill(0xab);
const parameters = create(ParametersSchema, {
  gasPerTransaction: 1_000n,
  gasPerByte: 1n,
  gasPerAction: 500n,
});
const template = new TransferTemplate({
  genesisHash,
  parameters,
  validUntil: 9_000n,
  baseFee: 1n,
});
const to = Uint8Array.from({ length: 32 }, (_, n) => n + 1);
const NONCES = [
  0,
  1,
  127,
  128,
  16_383,
  16_384,
  2_097_151,
  2_097_152,
  268_435_455,
  268_435_456,
  0xffffffff,
];

Deno.test("a filled-in body is the canonical encoding of what it says", () => {
  for (const nonce of NONCES) {
    const bytes = template.body(nonce, to);
    const body = fromBinary(TransactionBodySchema, bytes);
    assert.deepEqual(toBinary(TransactionBodySchema, body), bytes);
    const { case: kind, value } = body.actions[0]!.kind;
    assert.equal(kind, "transfer");
    assert.deepEqual([value!.to, value!.amount], [to, AMOUNT]);
    assert.deepEqual(
      [body.chainTag, body.nonce, body.validUntil, body.maxFee],
      [0xabababab, BigInt(nonce), 9_000n, MAX_FEE_MIN],
    );
    assert.equal(template.envelopeBytes(nonce), bytes.length + 100);
    assert.ok(body.gasLimit >= template.gas(nonce));
  }
});

Deno.test("a first transfer is as small as the format makes it", () => {
  assert.equal(template.envelopeBytes(0), 153);
  assert.equal(template.gas(0), 1_653);
});

Deno.test("filling in one body leaves the next one alone", () => {
  const first = template.body(5, to).toHex();
  template.body(6, new Uint8Array(32));
  assert.equal(template.body(5, to).toHex(), first);
});

Deno.test("twice the base fee is offered where that is more", () => {
  const parameters = create(ParametersSchema, { gasPerByte: 1n });
  const terms = { genesisHash, parameters, validUntil: 9n };
  const offers = [50n, 51n].map((baseFee) => {
    const bytes = new TransferTemplate({ ...terms, baseFee }).body(0, to);
    return fromBinary(TransactionBodySchema, bytes).maxFee;
  });
  assert.deepEqual(offers, [100n, 102n]);
});
