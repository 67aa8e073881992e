/** Transaction bodies for tests: a right one, from which wrong ones are made. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type Action,
  ActionSchema,
  type TransactionBody,
  TransactionBodySchema,
} from "../../src/proto/gen/rustorium/v1/transaction_pb.ts";

export interface ChainFacts {
  genesisHash: Uint8Array;
  /** The last final height. */
  height: bigint;
  /** Address of somebody, 32 bytes. */
  to: Uint8Array;
}

/** The first four bytes of a genesis hash, little endian. */
export function chainTag(genesisHash: Uint8Array): number {
  return new DataView(genesisHash.buffer, genesisHash.byteOffset)
    .getUint32(0, true);
}

/** One action: `amount` to `to`. */
export function transfer(to: Uint8Array, amount: bigint): Action {
  return create(ActionSchema, {
    kind: { case: "transfer", value: { to, amount } },
  });
}

/** A transfer of 1 that the chain accepts as lane 0's first. */
export function goodBody({ genesisHash, height, to }: ChainFacts) {
  return create(TransactionBodySchema, {
    chainTag: chainTag(genesisHash),
    validUntil: height + 100n,
    gasLimit: 1_000_000n,
    maxFee: 1_000n,
    actions: [transfer(to, 1n)],
  });
}

export function encode(body: TransactionBody): Uint8Array {
  return toBinary(TransactionBodySchema, body);
}
