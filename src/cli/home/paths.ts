import { join } from "node:path";

/** What lies where in a home. */
export interface HomePaths {
  config: string;
  genesis: string;
  /** In the place of `genesis`: the encoding, for a genesis that is too large as text. */
  genesisBytes: string;
  /** The encoding of a `genesis` whose text has that hash. */
  keptGenesis: (hash: string) => string;
  validatorKey: string;
  nodeKey: string;
  /** What the chain's authority says of the node, in base64. */
  nodeCertificate: string;
  devAccounts: string;
}

export function pathsIn(home: string): HomePaths {
  return {
    config: join(home, "config.toml"),
    genesis: join(home, "genesis.json"),
    genesisBytes: join(home, "genesis.binpb"),
    keptGenesis: (hash) => join(home, "data", `genesis.${hash}.binpb`),
    validatorKey: join(home, "validator.key"),
    nodeKey: join(home, "node.key"),
    nodeCertificate: join(home, "node.certificate"),
    devAccounts: join(home, "dev-accounts.json"),
  };
}

/** What a reset removes: the chain, and the keys that were made for it. Configuration and keystore are the user's. */
export const CHAIN_ENTRIES = [
  "genesis.json",
  "genesis.binpb",
  "validator.key",
  "node.key",
  "node.certificate",
  "dev-accounts.json",
  "wal",
  "wal.next",
  "data",
] as const;
