import type { Config } from "../config/mod.ts";
import type { Log } from "../platform/types.ts";

/** What the command line needs of `src/node`. */
export interface NodeModule {
  startNode(options: NodeOptions): Promise<RunningNode>;
  replayHome(options: ReplayOptions): Promise<ReplayResult>;
  exportAccounts(options: ReplayOptions): Promise<ExportedState>;
}

export interface NodeOptions {
  home: string;
  config: Config;
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  validatorSeed: Uint8Array;
  log: Log;
  /** The secret key that the faucet pays from; without it there is no faucet. */
  faucetSeed?: Uint8Array;
}

export interface RunningNode {
  chainId: string;
  rpcUrl: string;
  p2p: string[];
  stop(): Promise<void>;
  /** Rejects when the node cannot go on. */
  failed: Promise<never>;
}

export interface ReplayOptions
  extends Pick<NodeOptions, "home" | "config" | "genesis" | "log"> {
  onProgress?(height: bigint, tip: bigint): void;
}

export interface ReplayResult {
  height: bigint;
  appHash: Uint8Array;
  receiptsRoot: Uint8Array;
  mismatches: number;
}

export interface ExportedState {
  height: bigint;
  accounts: { address: Uint8Array; balance: bigint }[];
}

/** Loads the node only when a command runs one: it is the largest part of the program. */
export async function loadNode(): Promise<NodeModule> {
  return await import(new URL("../node/mod.ts", import.meta.url).href);
}
