import {
  create,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import {
  type Genesis,
  GenesisSchema,
  type Parameters,
  ParametersSchema,
} from "../../proto/gen/rustorium/v1/state_pb.ts";

/** What a new chain starts with. */
export interface GenesisPlan {
  chainId: string;
  /** Milliseconds since the Unix epoch. */
  timeMs: number;
  validators: readonly { publicKey: Uint8Array; power: bigint }[];
  accounts: readonly { address: Uint8Array; balance: bigint }[];
  parameters?: Parameters;
}

/**
 * The parameters of a new chain. A transfer uses about 1,660 units of gas: a
 * block is half full with 60,000 of them, what 100,000 a second are in 600 ms,
 * a little longer than nodes let submissions wait.
 */
export function defaultParameters(): Parameters {
  return create(ParametersSchema, {
    protocolVersion: 1,
    blockBatchesMax: 64,
    batchBytesMax: 1024 * 1024,
    blockGasMax: 200_000_000n,
    slotGasMax: 20_000_000n,
    baseFeeMin: 1n,
    gasPerTransaction: 1_000n,
    gasPerByte: 1n,
    gasPerAction: 500n,
    validityBlocksMax: 1_000_000n,
    checkpointBlocks: 1_000n,
    precisionMs: 500n,
    messageDelayMs: 2_000n,
  });
}

/** A genesis in the order that the format asks for. */
export function planGenesis(plan: GenesisPlan): Genesis {
  const validators = plan.validators.map(({ publicKey, power }) => ({
    address: publicKey,
    publicKey,
    power,
  }));
  return create(GenesisSchema, {
    chainId: plan.chainId,
    timeMs: BigInt(plan.timeMs),
    parameters: plan.parameters ?? defaultParameters(),
    validators: {
      validators: validators.toSorted((a, b) =>
        Number(b.power - a.power) || compare(a.address, b.address)
      ),
    },
    accounts: plan.accounts.toSorted((a, b) => compare(a.address, b.address)),
  });
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return a.toHex() < b.toHex() ? -1 : 1;
}

/** The bytes whose hash names the chain. */
export function genesisBytes(genesis: Genesis): Uint8Array<ArrayBuffer> {
  return toBinary(GenesisSchema, genesis);
}

/** The content of a genesis file: protobuf JSON. */
export function genesisText(genesis: Genesis): string {
  return JSON.stringify(toJson(GenesisSchema, genesis), null, 2) + "\n";
}

/** Reads a genesis file. @throws GENESIS_INVALID. */
export function parseGenesis(text: string, file: string): Genesis {
  try {
    return fromJson(GenesisSchema, JSON.parse(text));
  } catch (cause) {
    throw new RustoriumError(ErrorCode.GENESIS_INVALID, {
      message:
        `${file} is not a genesis file; use the one that the chain was started with.`,
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** Reads the bytes of a genesis. @throws GENESIS_INVALID. */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  try {
    return fromBinary(GenesisSchema, bytes);
  } catch (cause) {
    throw fault(ErrorCode.GENESIS_INVALID, String(cause));
  }
}
