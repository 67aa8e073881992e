/** What consensus needs, and what it gives. */
import type { CoreExports } from "../core/mod.ts";
import type { Executor, Roots } from "../execution/types.ts";
import type {
  Clock,
  Log,
  LogFile,
  Network,
  Signer,
} from "../platform/types.ts";
import type { Header } from "../proto/gen/rustorium/v1/block_pb.ts";
import type { Store, StoredBlock } from "../storage/types.ts";

/** Milliseconds; each round of a height adds the delta. */
export interface StepTimeout {
  ms: number;
  deltaMs: number;
}

export interface Timeouts {
  /** For the proposer's block. */
  propose: StepTimeout;
  /** For stragglers after two thirds prevoted. */
  prevote: StepTimeout;
  /** For stragglers after two thirds precommitted. */
  precommit: StepTimeout;
  /** Until own votes are sent again. */
  rebroadcastMs: number;
}

export interface ConsensusOptions {
  /** Least time between the starts of two blocks with transactions. */
  blockTimeMs: number;
  /** Time after which a block is made although nothing waits. */
  emptyBlockTimeMs: number;
  timeouts?: Timeouts;
  /** How long precommits are collected after a decision, so that double ones are seen. 0: not at all. */
  collectMs?: number;
  /** The write-ahead log is rewritten when it is longer. */
  walBytesMax?: number;
  /** Transactions of one batch. */
  batchTransactionsMax?: number;
  /** Peers are asked for their height when nothing was decided for so long. */
  statusMs?: number;
}

/** A block that is final and durable. */
export interface DecidedBlock {
  stored: StoredBlock;
  header: Header;
  /** How many batches it names. */
  batches: number;
  /** How many transactions these hold; undefined where one of them came too late to be looked at. */
  transactions: number | undefined;
}

export interface ConsensusContext {
  clock: Clock;
  log: Log;
  signer: Signer;
  network: Network;
  /** Holds the write-ahead log and the double-sign guard; nobody else writes to it. */
  wal: LogFile;
  /** A fresh instance of the core at each call: a trap leaves one unusable. */
  createCore: () => CoreExports;
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  genesisHash: Uint8Array;
  store: Store;
  /** At genesis or at the store's checkpoint, with the store as its archive; blocks since are executed again. */
  executor: Executor;
  options: ConsensusOptions;
  /** In the order of heights, after the block is durable. */
  onDecided?: (block: DecidedBlock) => void;
  /** In the order of heights, after the result is stored. */
  onExecuted?: (roots: Roots) => void;
}

/** Whether the chain moves, as seen here. */
export interface ConsensusHealth {
  /** Nothing was decided here for longer than two rounds take. */
  isHalted: boolean;
  /** Milliseconds since the last decision, or since the start. */
  sinceMs: number;
  /** Voting power of the validators whose votes came lately, this one included. */
  powerHeard: bigint;
  powerTotal: bigint;
  /** Addresses of the others. */
  unheard: Uint8Array[];
}

/** Running consensus. */
export interface Consensus {
  /** The last decided height. */
  height(): bigint;
  /** The round of the height being decided, -1 between heights. */
  round(): number;
  /** Whether others are ahead as far as is known, or nobody has said yet where they are. */
  syncing(): boolean;
  health(): ConsensusHealth;
  /** Ends after the step under way; everything decided is durable then. */
  stop(): Promise<void>;
  /** Rejects when consensus cannot go on; never resolves. */
  readonly failed: Promise<never>;
}
