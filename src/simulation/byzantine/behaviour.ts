import type { CoreExports } from "../../core/mod.ts";
import type { Network, Random } from "../../platform/mod.ts";
import type { TestKey } from "../core.ts";

/** Whose name a Byzantine validator has. */
export interface Wrap {
  key: TestKey;
  genesisHash: Uint8Array;
  /** For what it chooses. */
  random: Random;
}

/** What a Byzantine validator does otherwise than an honest one. */
export interface Behaviour {
  /** Its messages and answers. */
  network?: (network: Network, wrap: Wrap) => Network;
  /** Its engine. */
  core?: (core: CoreExports) => CoreExports;
  /** Whether two nodes run with its key. */
  isTwin?: boolean;
  /** Whether it is set back to an old copy of its disk now and then. */
  isSetBack?: boolean;
  /** Whether it signs what convicts it: a block may convict it then, and must where it does so all the time. */
  offends?: "always" | "perhaps";
}

/** The network of a validator, changed. */
export function over(network: Network, changes: Partial<Network>): Network {
  return Object.assign(Object.create(network), changes);
}
