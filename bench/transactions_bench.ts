/** What one transaction costs at the door: encode and sign, check, name. */
import { createWallet } from "../mod.ts";
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { ParametersSchema } from "../src/proto/gen/rustorium/v1/state_pb.ts";
import { create } from "@bufbuild/protobuf";

const core = createCore(await loadCoreModule());
const genesisHash = new Uint8Array(32).fill(1);
const chain = { genesisHash, parameters: create(ParametersSchema) };
const wallet = createWallet("01".repeat(32));
const options = {
  to: new Uint8Array(32).fill(2),
  amount: 250n,
  nonce: 7n,
  validUntil: 100n,
};
const { envelope } = await wallet.transfer(chain, options);
const body = envelope.subarray(100);

Deno.bench({
  name: "client::transfer/actions=1",
  group: "transaction",
  fn: async () => void await wallet.transfer(chain, options),
});
Deno.bench({
  name: `core::check_transaction/bytes=${envelope.length}`,
  group: "transaction",
  baseline: true,
  fn: () => void core.checkTransaction(genesisHash, envelope),
});
Deno.bench({
  name: `core::transaction_id/bytes=${envelope.length}`,
  group: "transaction",
  fn: () => void core.transactionId(genesisHash, wallet.publicKey, body),
});
