/** What the gateway needs of a node, and how it is configured. */
import type { NetworkMetrics, Peers } from "../client/types.ts";
import type { ConsensusHealth, DecidedBlock } from "../consensus/types.ts";
import type { Executor } from "../execution/types.ts";
import type { Store } from "../storage/types.ts";
import type { GatewayLimits } from "./limits.ts";

export type {
  DialOutcomes,
  NetworkMetrics,
  PeerLink,
  PeerMetrics,
  PeerPath,
  Peers,
} from "../client/types.ts";

/** What consensus knows beyond what the store holds. */
export interface ChainStatus {
  /** Connected validators and nodes. */
  peers: number;
  /** True while the node catches up with the others. */
  syncing: boolean;
  /** Absent until consensus has started. */
  health?: ConsensusHealth;
  /** The validator that this node is, if it is one. */
  validator?: Uint8Array;
}

/** A block that has just become final and durable. `Store.block` gives it as well. */
export type NewBlock = Pick<DecidedBlock, "stored" | "transactions">;

/** The running chain. Callbacks come in ascending order of height; some heights may be left out. */
export interface ChainView {
  status(): Promise<ChainStatus>;
  peers(): Promise<Peers>;
  metrics(): Promise<NetworkMetrics>;
  onDecided(callback: (block: NewBlock) => void): void;
  /**
   * The results of `height` are known: `Store.result` gives them. `forwarded`:
   * transactions that other nodes forwarded and this one admitted, since its start.
   */
  onExecuted(callback: (height: bigint, forwarded: number) => void): void;
}

/** The parts of a node behind the gateway. Each may live in another worker. */
export interface GatewayBackend {
  store: Pick<
    Store,
    "tip" | "block" | "batch" | "result" | "transaction" | "offences"
  >;
  executor: Pick<
    Executor,
    | "height"
    | "roots"
    | "submit"
    | "pending"
    | "signatureBackend"
    | "account"
    | "prove"
  >;
  chain: ChainView;
}

/** What crosses to the gateway's worker when it starts. */
export interface GatewayConfig {
  /** An address of this machine, e.g. `127.0.0.1`. */
  hostname: string;
  /** 0: any free one. */
  port: number;
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  /** Its hash. */
  genesisHash: Uint8Array;
  /** Of the node, e.g. `0.1.0`. */
  version: string;
  /** The secret key that the faucet pays from; without it there is no faucet. */
  faucetSeed?: Uint8Array;
  /** Coins for one request that names no amount, and the most for one that does. */
  faucetAmount?: bigint;
  faucetAmountMax?: bigint;
  /** Origins of other sites' pages that may call, e.g. `http://localhost:5173`; `*` for all. None by default. */
  corsOrigins?: readonly string[];
  /** Names by which browsers may reach the node besides those of this machine; they guard against DNS rebinding. */
  hosts?: readonly string[];
  /** `/readyz` fails when the last block is older. */
  readyAgeMsMax?: number;
  limits?: Partial<GatewayLimits>;
}

/** A running gateway. */
export interface Gateway {
  /** Where it listens, e.g. `http://127.0.0.1:26657`. */
  readonly url: string;
  readonly port: number;
  /** Answers no new request, ends subscriptions and open waits. */
  stop(): Promise<void>;
}
