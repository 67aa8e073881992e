import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CertifiedBlockSchema,
  type Header,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  CommitCertificateSchema,
  ValidatorSetSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import {
  AccountProofSchema,
  TransactionProofSchema,
} from "../proto/gen/rustorium/v1/proof_pb.ts";
import { ReceiptSchema } from "../proto/gen/rustorium/v1/receipt_pb.ts";
import { AccountSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import {
  type CoreExports,
  createCore,
  EXECUTION_LAG,
  loadCoreModule,
} from "../core/mod.ts";
import { ErrorCode, fault, toRustoriumError } from "../errors/mod.ts";
import { type Address, decodeAddress, encodeAddress } from "./address.ts";
import { genesisHead } from "../genesis/mod.ts";
import { genesisHashOf, type Hash, toHash } from "./hash.ts";
import type { Account } from "./types.ts";

/** What `verifyTransaction` has made sure of. */
export interface ProvenTransaction {
  /** The final block that holds it. */
  height: bigint;
  /** What became of it; undefined when the proof ends at inclusion. */
  receipt?: { code: number; charged: boolean; gasUsed: bigint; fee: bigint };
}

/** Believes nothing but the genesis: every answer follows from signatures of its validators. */
export interface LightClient {
  readonly chainId: string;
  readonly genesisHash: Uint8Array<ArrayBuffer>;
  /**
   * The account that an encoded `AccountProof` shows, or that there is none.
   * @throws PROOF_INVALID, CERTIFICATE_INVALID, CERTIFICATE_POWER, BLOCK_MALFORMED, MESSAGE_MALFORMED
   */
  verifyAccount(
    address: Address | string | Uint8Array,
    proof: Uint8Array,
  ): Account;
  /**
   * What an encoded `TransactionProof` shows of the transaction.
   * @throws as `verifyAccount`, and BATCH_MALFORMED
   */
  verifyTransaction(
    hash: Hash | string | Uint8Array,
    proof: Uint8Array,
  ): ProvenTransaction;
  /**
   * The header of an encoded `CertifiedBlock` that more than two thirds of the power signed.
   * @throws CERTIFICATE_INVALID, CERTIFICATE_POWER, BLOCK_MALFORMED
   */
  verifyBlock(certified: Uint8Array): { blockId: Hash; header: Header };
}

/**
 * A verifier of proofs and certificates. The validators are those of the
 * genesis, which do not change in this protocol version.
 *
 * @param genesis encoding of `rustorium.v1.Genesis`, from a source that is trusted.
 * @throws GENESIS_INVALID
 */
export async function createLightClient(
  { genesis, core }: { genesis: Uint8Array; core?: CoreExports },
): Promise<LightClient> {
  const verifier = core ?? createCore(await loadCoreModule());
  const genesisHash = genesisHashOf(genesis);
  const { chainId, validators } = decodeGenesis(genesis);
  return {
    chainId,
    genesisHash,
    verifyAccount(address, proof) {
      const bytes = typeof address === "string"
        ? decodeAddress(address)
        : address;
      const encoded = verifier
        .verifyAccountProof(genesisHash, validators, bytes, proof);
      return accountOf(encodeAddress(bytes), encoded, certifiedHeight(proof));
    },
    verifyTransaction(hash, proof) {
      const id = typeof hash === "string" ? Uint8Array.fromHex(hash) : hash;
      const encoded = verifier
        .verifyTransactionProof(genesisHash, validators, id, proof);
      const { included } = fromBinary(TransactionProofSchema, proof);
      const height = included?.block?.header?.height ?? 0n;
      return encoded.length === 0
        ? { height }
        : { height, receipt: receiptOf(encoded) };
    },
    verifyBlock(bytes) {
      const { header, certificate } = decodeCertified(bytes);
      verifier.verifyCommitCertificate(
        genesisHash,
        validators,
        toBinary(CommitCertificateSchema, certificate),
      );
      const blockId = verifier.blockId(toBinary(HeaderSchema, header));
      if (blockId.toHex() !== certificate.blockId.toHex()) {
        throw fault(
          ErrorCode.CERTIFICATE_INVALID,
          "the certificate is for another block",
        );
      }
      return { blockId: toHash(blockId), header };
    },
  };
}

function decodeGenesis(genesis: Uint8Array) {
  try {
    const { chainId, validators } = genesisHead(genesis);
    if (!validators) throw new Error("it names no validators");
    return { chainId, validators: toBinary(ValidatorSetSchema, validators) };
  } catch (thrown) {
    throw fault(ErrorCode.GENESIS_INVALID, String(thrown));
  }
}

function decodeCertified(bytes: Uint8Array) {
  try {
    const { block, certificate } = fromBinary(CertifiedBlockSchema, bytes);
    if (block?.header && certificate) {
      return { header: block.header, certificate };
    }
  } catch (thrown) {
    throw toRustoriumError(thrown, ErrorCode.BLOCK_MALFORMED);
  }
  throw fault(ErrorCode.BLOCK_MALFORMED, "header or certificate is missing");
}

/** The height after which the proven state is the state. */
function certifiedHeight(proof: Uint8Array): bigint {
  const { certified } = fromBinary(AccountProofSchema, proof);
  const height = certified?.block?.header?.height ?? 0n;
  return height > EXECUTION_LAG ? height - EXECUTION_LAG : 0n;
}

function accountOf(
  address: Address,
  encoded: Uint8Array | undefined,
  height: bigint,
): Account {
  const account = encoded && fromBinary(AccountSchema, encoded);
  const lanes = account?.lanes.map(({ lane, nonce }) => ({ lane, nonce })) ??
    [];
  return {
    address,
    exists: account !== undefined,
    height,
    balance: account?.balance ?? 0n,
    nonce: lanes.find(({ lane }) => lane === 0)?.nonce ?? 0n,
    lanes,
  };
}

function receiptOf(encoded: Uint8Array) {
  const { code, charged, gasUsed, fee } = fromBinary(ReceiptSchema, encoded);
  return { code, charged: charged || code === 0, gasUsed, fee };
}
