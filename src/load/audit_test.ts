import assert from "node:assert/strict";
import { create } from "@bufbuild/protobuf";
import { encodeAddress } from "../client/mod.ts";
import { RustoriumError } from "../errors/mod.ts";
import { seededRandom } from "../platform/mod.ts";
import { ParametersSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { audit } from "./audit.ts";
import { Ledger } from "./ledger.ts";
import { TransferTemplate } from "./template.ts";
import { Workload } from "./workload.ts";

const ACCOUNTS = 250;
const template = new TransferTemplate({
  genesisHash: new Uint8Array(32).fill(1),
  parameters: create(ParametersSchema, { gasPerTransaction: 1_000n }),
  validUntil: 100n,
  baseFee: 1n,
});
const ledger = new Ledger({
  workload: new Workload({ accounts: ACCOUNTS, zipf: false, seed: "a" }),
  ...{ template, accounts: ACCOUNTS, balance: 10n ** 9n },
});
ledger.bookUpTo(1_000);
const addressOf = (account: number) => new Uint8Array(32).fill(account + 1);
const feeAddress = new Uint8Array(32).fill(255);

type Answer = { balance: bigint; nonce: number };

/** A node whose accounts are as they should be, apart from what `change` does. */
async function auditOf(
  change: (answers: Map<string, Answer>) => void,
  baseFees = { least: 1n, most: 1n },
): Promise<number> {
  const answers = new Map<string, Answer>();
  for (let account = 0; account < ACCOUNTS; account++) {
    const balance = ledger.balance(account, 1n);
    const nonce = ledger.nonce(account);
    answers.set(encodeAddress(addressOf(account)), { balance, nonce });
  }
  const fees = { balance: ledger.gas, nonce: 0 };
  answers.set(encodeAddress(feeAddress), fees);
  change(answers);
  const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const calls = await request.json();
    const replies = calls.map(
      ({ id, params }: { id: number; params: { address: string } }) => {
        const { balance, nonce } = answers.get(params.address)!;
        return { id, result: { balance: String(balance), nonce } };
      },
    );
    return Response.json(replies);
  });
  try {
    return await audit({
      rpc: `http://127.0.0.1:${server.addr.port}`,
      ...{ random: seededRandom(1), ledger, baseFees },
      ...{ accounts: ACCOUNTS, addressOf, feeAddress },
      onProgress: () => {},
    });
  } finally {
    await server.shutdown();
  }
}

const rejects = (change: (answers: Map<string, Answer>) => void) =>
  assert.rejects(auditOf(change), (error) => {
    assert.ok(error instanceof RustoriumError);
    return error.codeName === "SUPPLY_BROKEN";
  });
const one = encodeAddress(addressOf(123));

Deno.test("every account is compared, and right balances pass", async () => {
  assert.equal(await auditOf(() => {}), ACCOUNTS);
});

Deno.test("one unit too much or too little is found", async () => {
  await rejects((answers) => answers.get(one)!.balance++);
  await rejects((answers) => answers.get(one)!.balance--);
});

Deno.test("a transfer that was never executed is found by its nonce", async () => {
  await rejects((answers) => answers.get(one)!.nonce--);
});

Deno.test("fees that do not fit the transfers are found", async () => {
  await rejects((answers) => answers.get(encodeAddress(feeAddress))!.balance--);
});

Deno.test("where the base fee moved, balances may lie between its bounds", async () => {
  const range = { least: 1n, most: 3n };
  const pay = (answers: Map<string, Answer>) =>
    answers.get(one)!.balance -= 1_000n;
  assert.equal(await auditOf(pay, range), ACCOUNTS);
});
