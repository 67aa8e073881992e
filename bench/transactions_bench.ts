/** What transfers cost at the door: decoding, ids, the checks that need no state; and what a client pays to make one. */
import { createWallet } from "../mod.ts";
import { create } from "@bufbuild/protobuf";
import { ParametersSchema } from "../src/proto/gen/rustorium/v1/state_pb.ts";
import { BenchChain, core } from "./chain.ts";
import { reference } from "./fixtures.ts";

const TRANSFERS = 1_000;
const chain = new BenchChain({ accounts: TRANSFERS, senders: TRANSFERS });
const { genesisHash } = chain;
const envelopes = chain.transfers(TRANSFERS);
const executor = await chain.open();
await executor.submit(envelopes);
const draft = await executor.assemble({
  ...{ height: 1n, bytes: 1 << 20, transactions: TRANSFERS },
});
await executor.close();
const { payload, transactionCount } = draft!;
const one = envelopes.slice(0, envelopes.length / TRANSFERS);

const wallet = createWallet("01".repeat(32));
const terms = { genesisHash, parameters: create(ParametersSchema) };
const transfer = {
  to: new Uint8Array(32).fill(2),
  ...{ amount: 250n, nonce: 7n, validUntil: 100n },
};

reference("transactions/transfers=1");
Deno.bench({
  name: "client::transfer/transfers=1",
  group: "transactions/transfers=1",
  fn: async () => void await wallet.transfer(terms, transfer),
});
Deno.bench({
  name: "core::check_transaction/transfers=1",
  group: "transactions/transfers=1",
  fn: () => void core.checkTransaction(genesisHash, one),
});

const group = `transactions/transfers=${transactionCount}`;
reference(group);
Deno.bench({
  name: `core::payload_ids/transfers=${transactionCount}`,
  group,
  fn: () => void core.payloadIds(genesisHash, payload),
});
