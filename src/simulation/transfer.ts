import { create, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { TransactionBodySchema } from "../proto/gen/rustorium/v1/transaction_pb.ts";
import { concat, u32 } from "../bytes/mod.ts";
import type { TestKey } from "./core.ts";

export interface TestTransfer {
  from: TestKey;
  to: TestKey;
  nonce: bigint;
  amount: bigint;
  validUntil?: bigint;
  gasLimit?: bigint;
  maxFee?: bigint;
}

/** A signed envelope and its id. */
export function transfer(
  core: CoreExports,
  genesisHash: Uint8Array,
  transfer: TestTransfer,
): { id: Uint8Array; envelope: Uint8Array } {
  const { from, to, nonce, amount } = transfer;
  const { validUntil = 900n, gasLimit = 10_000n, maxFee = 10n } = transfer;
  const body = toBinary(
    TransactionBodySchema,
    create(TransactionBodySchema, {
      chainTag: new DataView(genesisHash.buffer, genesisHash.byteOffset)
        .getUint32(0, true),
      nonce,
      validUntil,
      gasLimit,
      maxFee,
      actions: [{
        kind: { case: "transfer", value: { to: to.publicKey, amount } },
      }],
    }),
  );
  const id = core.transactionId(genesisHash, from.publicKey, body);
  const signature = core.signWith(from.seed, core.transactionSignBytes(id));
  const envelope = concat(from.publicKey, signature, u32(body.length), body);
  return { id, envelope };
}
