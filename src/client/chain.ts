import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import { fault } from "../errors/mod.ts";
import { genesisHead } from "../genesis/mod.ts";
import { genesisHashOf } from "./hash.ts";
import type { ChainInfo } from "./types.ts";

/**
 * What a wallet must know of a chain, from the encoding of its genesis.
 * @throws GENESIS_INVALID when it cannot be decoded.
 */
export function chainInfoOf(genesis: Uint8Array): ChainInfo {
  try {
    const { chainId, parameters } = genesisHead(genesis);
    if (parameters === undefined) throw new Error("it has no parameters");
    return { chainId, genesisHash: genesisHashOf(genesis), parameters };
  } catch (thrown) {
    throw fault(ErrorCode.GENESIS_INVALID, String(thrown));
  }
}
