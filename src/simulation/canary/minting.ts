import { newChain, type SimChain } from "../chain.ts";

/** A chain whose genesis has one unit more than the checker knows of: as if a block had made it. */
export function minting(): SimChain {
  const chain = newChain([10n, 10n, 10n, 10n]);
  return { ...chain, supply: chain.supply - 1n };
}
