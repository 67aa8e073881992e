/** The state machine of the node: mempool, execution and state, by slots and shards. */
export {
  type ExecutorCheckpoint,
  type ExecutorOptions,
  loadExecutor,
  type MempoolLimits,
} from "./load.ts";
export { connectExecutor, serveExecutor } from "./remote.ts";
export { type ExecutorWorker, startExecutorWorker } from "./start_worker.ts";
export type {
  AccountState,
  AccountStateProof,
  BatchDraft,
  BlockInput,
  BlockResult,
  Executor,
  Page,
  Roots,
  SubmitResult,
} from "./types.ts";
