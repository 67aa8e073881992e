import assert from "node:assert/strict";
import { create } from "@bufbuild/protobuf";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { ParametersSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { seedOf } from "./keys.ts";
import { pickEnvelopes } from "./post.ts";
import { Signers } from "./signers.ts";
import { Workload } from "./workload.ts";

const ACCOUNTS = 7;
const TRANSFERS = 2_500;
const module = await loadCoreModule();
const core = createCore(module);
const secret = new Uint8Array(32).fill(5);
const genesisHash = new Uint8Array(32).fill(9);
const work = () =>
  new Workload({ accounts: ACCOUNTS, zipf: false, seed: "signer" });

/** Signs with all threads. */
async function signed() {
  const signers = new Signers(module, secret);
  try {
    const addresses = await signers.addresses(ACCOUNTS);
    const parameters = create(ParametersSchema, { gasPerByte: 1n });
    await signers.begin(
      { genesisHash, parameters, validUntil: 50n, baseFee: 1n },
      addresses,
    );
    const parts = await Array.fromAsync(signers.sign(work(), TRANSFERS));
    const envelopes = parts.flatMap((part) => [...part.envelopes]);
    return { addresses, envelopes: Uint8Array.from(envelopes) };
  } finally {
    signers.close();
  }
}

Deno.test("all threads together sign the workload in its order, validly", async () => {
  const { addresses, envelopes } = await signed();
  const { senders } = work().take(TRANSFERS);
  for (let account = 0; account < ACCOUNTS; account++) {
    assert.deepEqual(
      addresses.of(account),
      core.publicKeyOf(seedOf(secret, account)),
    );
  }
  for (const place of [0, 1, 999, 1_000, 1_001, TRANSFERS - 1]) {
    const envelope = pickEnvelopes(envelopes, new Set([place]));
    assert.deepEqual(
      envelope.subarray(0, 32),
      addresses.of(senders[place]!),
    );
    // Throws where layout, body or signature is wrong.
    core.checkTransaction(genesisHash, envelope);
  }
  assert.equal(
    pickEnvelopes(envelopes, new Set([...senders.keys()])).length,
    envelopes.length,
  );
});
