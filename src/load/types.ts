/** What a load is, what it runs against and what it finds. */

import type { Percentiles } from "../percentile/mod.ts";
import type { Clock, Random } from "../platform/mod.ts";
import type { Parameters } from "../proto/gen/rustorium/v1/state_pb.ts";

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
  /** Of each node, as they were started. */
  shards: number;
}

/** A validator in a process of its own. */
export interface LoadNode {
  /** Of its API. */
  rpc: string;
  pid: number;
  home: string;
  /** Of its chain: the genesis may be too large to ask for. */
  parameters: Parameters;
  /** Rejects when it ends without `stop`; never resolves. */
  failed: Promise<never>;
  /** Ends it as Ctrl-C does, after which its home is closed. */
  stop(): Promise<void>;
}

/** Makes a chain on which every address holds `balance`, and starts its validators. Addresses are 32 bytes each. */
export type Launch = (
  addresses: Uint8Array,
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

/** CPU of the node processes for one committed transfer, in microseconds. */
export interface CpuPerTransaction {
  /** Of all nodes together. */
  total: number;
  per_validator: number;
  /** The one thread that worked most. */
  busiest_thread: number;
  /** Of `per_validator`, what the kernel took: files, sockets, page faults. */
  kernel: number;
  /** Mean of the validators; threads of one name together. Adds up to `per_validator`. */
  by_thread: Record<string, number>;
}

/** One transfer that was followed. */
export interface LatencySample {
  /** Monotonic milliseconds at which it was, or at a rate should have been, submitted. */
  submittedMs: number;
  /** Until the news of its final block arrived. */
  latencyMs: number;
}

/** How the process that makes the load was, in the window. */
export interface GeneratorFigures {
  /** Share of the window that its busiest thread worked; near 1 it limits the load. */
  busy: number;
  /** Cores that all its threads together kept busy: it shares them with the nodes. */
  cores: number;
  /** Share of the window in which nothing signed was left to send. */
  starved: number;
  /** Sent a second: at a rate that the nodes take, that rate. */
  sent_per_second: number;
  /** Most that transfers went out behind their time; 0 without a rate. */
  late_ms: number;
  /** Signed a second before the window, on all cores. */
  signed_per_second: number;
  rss_mb: number;
}

/** The measure of CPU times: one ed25519 verification of node:crypto, in microseconds. */
export interface ReferenceFigures {
  /** The median of the three that follow. */
  node_crypto_verify_us: number;
  /** Medians: while no node ran yet, in the window, when all nodes had ended. */
  before_us: number;
  during_us: number;
  after_us: number;
  /** Of slices of a few milliseconds each: how restless the machine was. */
  least_us: number;
  most_us: number;
  /** `per_validator` by `node_crypto_verify_us`. */
  ratio: number;
}

/** What was asked for, to compare like with like. */
export interface LoadWorkload {
  validators: number;
  shards: number;
  seconds: number;
  /** Transfers a second; null: as many as were taken. */
  rate: number | null;
  accounts: number;
  zipf: boolean;
}

/** Where it ran. */
export interface LoadMachine {
  cpu: string;
  cores: number;
  memory_mb: number;
  system: string;
  deno: string;
  v8: string;
  /** Load of the last minute before the start: others that worked then. */
  load_before: number;
  /** Cores that neither the nodes nor the generator kept busy, in the window. */
  others_cores: number;
  /** UTC, ISO 8601. */
  at: string;
}

/** What is printed. Names are those of the JSON. */
export interface LoadFigures {
  /** Final transfers a second. */
  tps: number;
  /** Transfers in the blocks of the window. */
  committed: number;
  /** Mean length of an envelope. */
  tx_bytes: number;
  /** From submission (at a rate: from when it was due) until the news of the final block arrives. */
  latency_ms: Percentiles;
  /** Mean time between the news of two final blocks. */
  block_interval_ms: number;
  block_interval_max_ms: number;
  cpu_us_per_tx: CpuPerTransaction;
  reference: ReferenceFigures;
  /** Of the closed homes, beyond what the genesis takes, by all transfers. */
  disk_bytes_per_tx: number;
  /** Most that one node had in memory. */
  rss_mb: number;
  /** Most since its start: the genesis is in memory then. */
  rss_peak_mb: number;
  /** By how much the memory of the node that grew most did, each minute, in the second half of the window. */
  rss_mb_per_minute: number;
  generator: GeneratorFigures;
  workload: LoadWorkload;
  machine: LoadMachine;
}

/** What went on in the window, over its seconds. */
export interface LoadCourse {
  blocks: { atSeconds: number; transactions: number; intervalMs: number }[];
  /** Resident megabytes of each node. */
  memory: { atSeconds: number; nodesMb: number[] }[];
  /** By thread of each node, microseconds for one transfer, largest first. */
  cpu: { name: string; us: number }[][];
  /** Milliseconds, ascending. */
  latencies: number[];
}

/** What several runs of the same load came to. */
export interface LoadRuns {
  count: number;
  /** Least and most of every measured figure, by its path, e.g. `latency_ms.p50`. */
  ranges: Record<string, [least: number, most: number]>;
  /** In their order. */
  each: LoadFigures[];
}

/** The figures, and what surrounds them. */
export interface LoadReport {
  figures: LoadFigures;
  /** Where there were several; the figures are their medians then. */
  runs?: LoadRuns;
  course: LoadCourse;
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
  /** A height that all nodes have, with the same state. */
  agreedHeight: bigint;
  /** The window in the machine's time since its start, microseconds. */
  uptimeUs: { first: number; last: number };
}
