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

function booked(transfers: number, balance: bigint): Ledger {
  const options = { template, accounts: 10, balance };
  const ledger = new Ledger({ workload: work(), ...options });
  ledger.bookUpTo(transfers);
  return ledger;
}

Deno.test("what all hold and what was paid is what they started with", () => {
  const ledger = booked(25_000, 1_000_000_000n);
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
  const ledger = booked(1, 10_000n);
  const { senders, recipients } = work().take(1);
  const [sender, recipient] = [senders[0]!, recipients[0]!];
  assert.notEqual(sender, recipient);
  assert.equal(ledger.balance(sender, 2n), 9_999n - 2n * template.gasUpTo(1));
  assert.equal(ledger.balance(recipient, 2n), 10_001n);
  assert.deepEqual([ledger.nonce(sender), ledger.nonce(recipient)], [1, 0]);
});

Deno.test("whoever sent or received was touched, nobody else", () => {
  const { senders, recipients } = work().take(2);
  const ledger = booked(2, 0n);
  const touched = Array.from({ length: 10 }, (_, n) => n)
    .filter((account) => ledger.touched(account));
  const expected = new Set([...senders, ...recipients]);
  assert.deepEqual(touched, [...expected].sort());
});

Deno.test("what transfers use together is the sum of what each uses", () => {
  for (const nonce of [0, 1, 2, 127, 128, 129, 20_000]) {
    let sum = 0;
    for (let each = 0; each < nonce; each++) sum += template.gas(each);
    assert.equal(template.gasUpTo(nonce), BigInt(sum));
  }
});
