import { create, toBinary } from "@bufbuild/protobuf";
import { GenesisSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import type { TestKey } from "./core.ts";

/** An encoded genesis whose validators have equal power and whose accounts 10^12 each. */
export function testGenesis(
  validators: readonly TestKey[],
  accounts: readonly TestKey[],
  checkpointBlocks = 10n,
): Uint8Array {
  const sorted = (keys: readonly TestKey[]) =>
    keys.map((key) => key.publicKey).toSorted((one, other) =>
      one.toHex() < other.toHex() ? -1 : 1
    );
  return toBinary(
    GenesisSchema,
    create(GenesisSchema, {
      chainId: "test",
      timeMs: 1_700_000_000_000n,
      parameters: {
        protocolVersion: 1,
        blockBatchesMax: 16,
        batchBytesMax: 1 << 20,
        blockGasMax: 1n << 40n,
        slotGasMax: 1n << 40n,
        baseFeeMin: 1n,
        gasPerTransaction: 1_000n,
        gasPerByte: 1n,
        gasPerAction: 100n,
        validityBlocksMax: 1_000n,
        checkpointBlocks,
        precisionMs: 500n,
        messageDelayMs: 2_000n,
      },
      validators: {
        validators: sorted(validators).map((publicKey) => ({
          address: publicKey,
          publicKey,
          power: 10n,
        })),
      },
      accounts: sorted(accounts).map((address) => ({
        address,
        balance: 10n ** 12n,
      })),
    }),
  );
}
