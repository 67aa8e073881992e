import type { ExecutorOptions } from "./load.ts";
import type { ExecutorCheckpoint } from "./types.ts";

/** What a worker loads; the checkpoint's pages it has from the store. */
export interface RemoteState extends
  Pick<
    ExecutorOptions,
    "core" | "genesis" | "mempool" | "stateBytesMax" | "entropy" | "shards"
  > {
  /** The genesis is loaded where there is none. */
  checkpoint?: Omit<ExecutorCheckpoint, "pages"> | undefined;
}

/** What the worker of an executor offers to the thread that started it. */
export interface ExecutorControl {
  /** Makes the executor; `store` leads to its archive. */
  load(
    store: MessagePort,
    state: RemoteState,
  ): Promise<void>;
  /** Serves the executor on one more port. */
  attach(port: MessagePort): Promise<void>;
  stop(): Promise<void>;
}
