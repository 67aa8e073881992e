import type { Network } from "../../platform/mod.ts";
import type { TestKey } from "../core.ts";

/** Whose name a Byzantine validator has. */
export interface Wrap {
  key: TestKey;
  genesisHash: Uint8Array;
}

/** The network of a validator, changed. */
export function over(network: Network, changes: Partial<Network>): Network {
  return Object.assign(Object.create(network), changes);
}
