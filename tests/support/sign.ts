/** Many right transfers at once, signed by the core: the SDK takes its time for each. */
import { create, toBinary } from "@bufbuild/protobuf";
import type { ChainInfo } from "../../mod.ts";
import { createCore, loadCoreModule } from "../../src/core/mod.ts";
import { TransactionBodySchema } from "../../src/proto/gen/rustorium/v1/transaction_pb.ts";
import { chainTag, transfer } from "./bodies.ts";
import { concat, u32 } from "../../src/bytes/mod.ts";

const core = createCore(await loadCoreModule());

/** Somebody who signs. */
export interface Signer {
  seed: Uint8Array;
  publicKey: Uint8Array;
}

export function signerOf(seed: Uint8Array): Signer {
  return { seed, publicKey: core.publicKeyOf(seed) };
}

/** So many that follow from their numbers and a kind. */
export function signersOf(count: number, kind: number): Signer[] {
  return Array.from({ length: count }, (_, n) => {
    const seed = new Uint8Array(32).fill(kind);
    new DataView(seed.buffer).setUint32(0, n);
    return signerOf(seed);
  });
}

export interface Transfer {
  nonce: number;
  lane?: number;
  validUntil: bigint;
  /** The signer, where it is not said. */
  to?: Uint8Array;
}

/** An envelope that sends 1. */
export function signTransfer(
  { genesisHash }: ChainInfo,
  { seed, publicKey }: Signer,
  { nonce, lane = 0, validUntil, to = publicKey }: Transfer,
): Uint8Array<ArrayBuffer> {
  const body = toBinary(
    TransactionBodySchema,
    create(TransactionBodySchema, {
      chainTag: chainTag(genesisHash),
      ...{ lane, nonce: BigInt(nonce), validUntil },
      ...{ gasLimit: 50_000n, maxFee: 10n },
      actions: [transfer(to, 1n)],
    }),
  );
  const id = core.transactionId(genesisHash, publicKey, body);
  const signature = core.signWith(seed, core.transactionSignBytes(id));
  return concat(publicKey, signature, u32(body.length), body);
}
