import type { Parameters } from "../../proto/gen/rustorium/v1/state_pb.ts";
import type { Validator } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { genesisHead } from "../../genesis/mod.ts";
import type { GatewayConfig } from "../types.ts";

/** The genesis as the methods need it. */
export interface ChainFacts {
  chainId: string;
  genesis: Uint8Array;
  genesisHash: Uint8Array<ArrayBuffer>;
  timeMs: bigint;
  parameters: Parameters;
  validators: readonly Validator[];
}

/** @throws GENESIS_INVALID */
export function chainFacts(
  { genesis, genesisHash }: Pick<GatewayConfig, "genesis" | "genesisHash">,
): ChainFacts {
  const { chainId, timeMs, parameters, validators } = genesisHead(genesis);
  if (!parameters || !validators) throw fault(ErrorCode.GENESIS_INVALID);
  return {
    chainId,
    genesis,
    genesisHash: new Uint8Array(genesisHash),
    timeMs,
    parameters,
    validators: validators.validators,
  };
}
