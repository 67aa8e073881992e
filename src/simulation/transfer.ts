import { create, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { TransactionBodySchema } from "../proto/gen/rustorium/v1/transaction_pb.ts";
import { concat, u32 } from "./bytes.ts";
import type { TestKey } from "./core.ts";

export interface TestTransfer {
  from: TestKey;
  to: TestKey;
  nonce: bigint;
  amount: bigint;
}

/** A signed envelope and its id. */
export function transfer(
  core: CoreExports,
  genesisHash: Uint8Array,
  { from, to, nonce, amount }: TestTransfer,
): { id: Uint8Array; envelope: Uint8Array } {
  const body = toBinary(
    TransactionBodySchema,
    create(TransactionBodySchema, {
      chainTag: new DataView(genesisHash.buffer, genesisHash.byteOffset)
        .getUint32(0, true),
      nonce,
      validUntil: 900n,
      gasLimit: 10_000n,
      maxFee: 10n,
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
