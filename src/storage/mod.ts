/** What the node keeps: batches, blocks, results, the transaction index and checkpoints, on a `Kv` with one writer. */
export type * from "./types.ts";
export type { StoreWorkerOptions } from "./control.ts";
export { checkpointHead, loadCheckpoint } from "./loaded_checkpoint.ts";
export { FORMAT_VERSION } from "./meta.ts";
export { openStoreWorker, type StoreWorker } from "./open_worker.ts";
export { connectStore, serveStore } from "./remote.ts";
export { openStore, type StoreOptions } from "./store.ts";
