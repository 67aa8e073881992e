/** What a load is, what it runs against and what it finds. */

import type { Clock, Random } from "../platform/mod.ts";

/** What is asked for. */
export interface LoadOptions {
  /** Length of the measured window. */
  seconds: number;
  /** Transfers a second; left out: as many as the nodes take. */
  rate?: number;
  /** Funded accounts. */
  accounts: number;
  /** A few senders send most; else all send equally often. */
  zipf: boolean;
}

/** A validator in a process of its own. */
export interface LoadNode {
  /** Of its API. */
  rpc: string;
  pid: number;
  home: string;
  /** Ends it as Ctrl-C does, after which its home is closed. */
  stop(): Promise<void>;
}

/** Makes a chain on which every address holds `balance`, and starts its validators. */
export type Launch = (
  addresses: readonly Uint8Array[],
  balance: bigint,
) => Promise<LoadNode[]>;

/** What a load takes from outside. */
export interface LoadSurroundings {
  clock: Clock;
  random: Random;
  launch: Launch;
  /** For files that are not needed afterwards. */
  directory: string;
  /** What is being done, for whoever waits. */
  onProgress: (text: string) => void;
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** CPU of the node processes for one committed transfer, in microseconds. */
export interface CpuPerTransaction {
  /** Of all nodes together. */
  total: number;
  per_validator: number;
  /** The one thread that worked most. */
  busiest_thread: number;
  /** Mean of the validators; threads of one name together. Adds up to `per_validator`. */
  by_thread: Record<string, number>;
}

/** What is printed. Names are those of the JSON. */
export interface LoadFigures {
  /** Final transfers a second. */
  tps: number;
  /** Transfers in the blocks of the window. */
  committed: number;
  /** Mean length of an envelope. */
  tx_bytes: number;
  /** From submission until the news of the final block arrives. */
  latency_ms: Percentiles;
  block_interval_ms: number;
  cpu_us_per_tx: CpuPerTransaction;
  reference: {
    /** One ed25519 verification of node:crypto under the same load. */
    node_crypto_verify_us: number;
    /** `per_validator` by `node_crypto_verify_us`. */
    ratio: number;
  };
  /** Of the closed homes, beyond what the genesis takes, by all transfers. */
  disk_bytes_per_tx: number;
  /** Most that one node had in memory. */
  rss_mb: number;
}

/** The figures, and what surrounds them. */
export interface LoadReport {
  figures: LoadFigures;
  windowSeconds: number;
  /** How long the load had run before the window. */
  warmUpSeconds: number;
  /** Final over the whole run, every one of them accounted for. */
  transfers: number;
  /** Came into a block before their turn, and had to come into another one. */
  repeated: number;
  /** Signed while others were submitted, because the nodes got faster than in the warm-up. */
  signedLate: number;
  /** Accounts whose balance and nonce were compared. */
  checkedAccounts: number;
}
