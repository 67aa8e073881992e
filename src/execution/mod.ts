/** The state machine of the node: mempool, execution and state, by slots and shards. */
export {
  type ExecutorOptions,
  loadExecutor,
  type MempoolLimits,
} from "./load.ts";
export { shardsFor } from "./slots.ts";
export { connectExecutor, serveExecutor } from "./remote.ts";
export {
  type ExecutorWorker,
  type ExecutorWorkerOptions,
  startExecutorWorker,
} from "./start_worker.ts";
export type {
  AccountState,
  AccountStateProof,
  Archive,
  BatchDraft,
  BlockInput,
  BlockResult,
  Executor,
  Page,
  PageName,
  Pages,
  Roots,
  SlotMove,
  SubmitResult,
} from "./types.ts";
