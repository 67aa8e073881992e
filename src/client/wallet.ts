import { create, toBinary } from "@bufbuild/protobuf";
import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import {
  ActionSchema,
  type TransactionBody,
  TransactionBodySchema,
} from "../proto/gen/rustorium/v1/transaction_pb.ts";
import type { Parameters } from "../proto/gen/rustorium/v1/state_pb.ts";
import { fault } from "../errors/mod.ts";
import { type Address, decodeAddress, encodeAddress } from "./address.ts";
import { Domain, type Hash, hashOf, toHash } from "./hash.ts";
import { createKey, parseSecretKey } from "./key.ts";
import type { ChainInfo } from "./types.ts";

/** What a transaction pays and where it is ordered. What is left out gets the default that is named. */
export interface TransactionOptions {
  /** The next number of the lane. */
  nonce: bigint | number;
  /** The last height at which it may be in a block. */
  validUntil: bigint | number;
  /** 0. Lanes of one account are ordered independently of each other. */
  lane?: number;
  /** What this transaction uses at most, by the chain's parameters. */
  gasLimit?: bigint;
  /** The most that is paid per unit of gas. Twice the chain's least base fee, plus the tip. */
  maxFee?: bigint;
  /** 0. Offered above the base fee, per unit of gas. */
  tip?: bigint;
  /** At most 256 bytes; text is taken as UTF-8. */
  memo?: Uint8Array | string;
}

/** A transfer of `amount` base units to one address. */
export interface TransferOptions extends TransactionOptions {
  to: Address | string | Uint8Array;
  amount: bigint;
}

/** A transaction ready to be submitted. */
export interface SignedTransaction {
  hash: Hash;
  /** sender (32) | signature (64) | body length (u32 little endian) | body */
  envelope: Uint8Array<ArrayBuffer>;
}

/** One key and what it signs. */
export interface Wallet {
  readonly address: Address;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Builds and signs a transfer for the chain that `chain` describes. */
  transfer(
    chain: Pick<ChainInfo, "genesisHash" | "parameters">,
    options: TransferOptions,
  ): Promise<SignedTransaction>;
  /** Signs a body as it is. */
  sign(
    chain: Pick<ChainInfo, "genesisHash">,
    body: TransactionBody,
  ): Promise<SignedTransaction>;
}

const ENVELOPE_HEAD_BYTES = 100;
const U64_MAX = 2n ** 64n - 1n;

/**
 * Holds one ed25519 key and signs with it. Needs no network and no WebAssembly.
 *
 * ```ts
 * import { createWallet } from "./mod.ts";
 * const wallet = createWallet("01".repeat(32));
 * if (!wallet.address.startsWith("rst1")) throw new Error(wallet.address);
 * ```
 * @param secretKey 32 bytes, or 64 hexadecimal digits.
 * @throws KEY_MALFORMED otherwise.
 */
export function createWallet(secretKey: Uint8Array | string): Wallet {
  const key = createKey(parseSecretKey(secretKey));
  const sign: Wallet["sign"] = async ({ genesisHash }, body) => {
    const bytes = toBinary(TransactionBodySchema, body);
    const id = hashOf(Domain.TransactionId, genesisHash, key.publicKey, bytes);
    const message = Uint8Array.of(Domain.TransactionSignature, ...id);
    const signature = await key.sign(message);
    const envelope = new Uint8Array(ENVELOPE_HEAD_BYTES + bytes.length);
    envelope.set(key.publicKey, 0);
    envelope.set(signature, 32);
    new DataView(envelope.buffer).setUint32(96, bytes.length, true);
    envelope.set(bytes, ENVELOPE_HEAD_BYTES);
    return { hash: toHash(id), envelope };
  };
  return {
    address: encodeAddress(key.publicKey),
    publicKey: key.publicKey,
    sign,
    // Declared async so that bad input rejects, as a bad network would.
    transfer: async (chain, options) =>
      await sign(chain, transferBody(chain, options)),
  };
}

function transferBody(
  { genesisHash, parameters }: Pick<ChainInfo, "genesisHash" | "parameters">,
  options: TransferOptions,
): TransactionBody {
  const { to, amount, tip = 0n, lane = 0, memo = "" } = options;
  const body = create(TransactionBodySchema, {
    chainTag: new DataView(genesisHash.buffer, genesisHash.byteOffset)
      .getUint32(0, true),
    lane,
    nonce: unsigned(BigInt(options.nonce), "nonce"),
    validUntil: unsigned(BigInt(options.validUntil), "validUntil"),
    maxFee: unsigned(
      options.maxFee ?? parameters.baseFeeMin * 2n + tip,
      "maxFee",
    ),
    tip: unsigned(tip, "tip"),
    memo: typeof memo === "string" ? new TextEncoder().encode(memo) : memo,
    actions: [create(ActionSchema, {
      kind: {
        case: "transfer",
        value: {
          to: typeof to === "string" ? decodeAddress(to) : to,
          amount: unsigned(amount, "amount"),
        },
      },
    })],
  });
  body.gasLimit = options.gasLimit ?? gasOf(parameters, body);
  return body;
}

/** What a transaction uses, whatever the length of its own gas limit in the encoding. */
function gasOf(parameters: Parameters, body: TransactionBody): bigint {
  const longest = { ...body, gasLimit: U64_MAX };
  const bytes = ENVELOPE_HEAD_BYTES +
    toBinary(TransactionBodySchema, longest).length;
  return parameters.gasPerTransaction +
    parameters.gasPerByte * BigInt(bytes) +
    parameters.gasPerAction * BigInt(body.actions.length);
}

function unsigned(value: bigint, name: string): bigint {
  if (value < 0n || value > U64_MAX) {
    throw fault(ErrorCode.AMOUNT_OVERFLOW, {
      [name]: String(value),
      max: String(U64_MAX),
    });
  }
  return value;
}
