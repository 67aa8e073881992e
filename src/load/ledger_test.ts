import assert from "node:assert/strict";
import { create } from "@bufbuild/protobuf";
import { ParametersSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { Ledger } from "./ledger.ts";
import { TransferTemplate } from "./template.ts";
import { Workload } from "./workload.ts";

const template = new TransferTemplate({
  genesisHash: new Uint8Array(32).fill(1),
  parameters: create(ParametersSchema, {
    gasPerTransaction: 1_000n,
    gasPerByte: 1n,
    gasPerAction: 500n,
  }),
  validUntil: 100n,
  baseFee: 1n,
});
const work = () => new Workload({ accounts: 10, zipf: false, seed: "x" });

Deno.test("what all hold and what was paid is what they started with", () => {
  const ledger = new Ledger(10, 1_000_000_000n);
  ledger.book(work(), 25_000, template);
  let sum = 0n;
  let sent = 0;
  for (let account = 0; account < 10; account++) {
    sum += ledger.balance(account, 3n);
    sent += ledger.nonce(account);
  }
  assert.equal(sum + 3n * ledger.gas, 10_000_000_000n);
  assert.equal(sent, 25_000);
});

Deno.test("a transfer costs its sender amount and fee, and gives its recipient the amount", () => {
  const ledger = new Ledger(10, 10_000n);
  ledger.book(work(), 1, template);
  const { senders, recipients } = work().take(1);
  const [sender, recipient] = [senders[0]!, recipients[0]!];
  assert.notEqual(sender, recipient);
  assert.equal(ledger.balance(sender, 2n), 10_000n - 1n - 2n * template.gas(0));
  assert.equal(ledger.balance(recipient, 2n), 10_001n);
  assert.deepEqual([ledger.nonce(sender), ledger.nonce(recipient)], [1, 0]);
});

Deno.test("whoever sent or received was touched, nobody else", () => {
  const ledger = new Ledger(10, 0n);
  const { senders, recipients } = work().take(2);
  ledger.book(work(), 2, template);
  const touched = Array.from({ length: 10 }, (_, n) => n)
    .filter((account) => ledger.touched(account));
  const expected = new Set([...senders, ...recipients]);
  assert.deepEqual(touched, [...expected].sort());
});
