/** The store across a port: what a port cannot carry, a checkpoint with its method, is taken apart and put together again. */
import { ErrorCode, fault } from "../errors/mod.ts";
import type { BlockResult, Page, Pages } from "../execution/types.ts";
import { connect, serve, transfer } from "../platform/mod.ts";
import type { Checkpoint, Store } from "./types.ts";

interface RemoteStore extends Omit<Store, "checkpoint" | "close"> {
  checkpointMarker(): Promise<Omit<Checkpoint, "pages"> | undefined>;
  checkpointPages(height: bigint): Pages;
}

/** Answers on `port` for `store`. May be called with several ports. */
export function serveStore(port: MessagePort, store: Store): void {
  const service: RemoteStore = {
    genesis: () => store.genesis(),
    initialise: (genesis, genesisHash) =>
      store.initialise(genesis, genesisHash),
    putBatch: (digest, batch) => store.putBatch(digest, batch),
    keepBatch: (digest) => store.keepBatch(digest),
    batch: (digest) => store.batch(digest),
    tip: () => store.tip(),
    commitBlock: (block, batches) => store.commitBlock(block, batches),
    block: (height) => store.block(height),
    offences: () => store.offences(),
    putResult: (result) => store.putResult(result),
    result: (height) => store.result(height),
    roots: (height) => store.roots(height),
    transaction: (id) => store.transaction(id),
    putCheckpoint: (height, root, pages) =>
      store.putCheckpoint(height, root, pages),
    pages: (names) => store.pages(names),
    checkpointMarker: async () => {
      const checkpoint = await store.checkpoint();
      return checkpoint &&
        { height: checkpoint.height, stateRoot: checkpoint.stateRoot };
    },
    checkpointPages: (height) => checkpointPages(store, height),
  };
  serve(port, service);
}

/** The store that is served at the other end of `port`. Closing it closes the connection only; open calls fail with `reason`. */
export function connectStore(
  port: MessagePort,
): Store & { close(reason?: Error): Promise<void> } {
  const remote = connect<RemoteStore>(port);
  return {
    genesis: () => remote.genesis(),
    initialise: (genesis, genesisHash) =>
      remote.initialise(genesis, genesisHash),
    putBatch: (digest, batch) => remote.putBatch(digest, batch),
    keepBatch: (digest) => remote.keepBatch(digest),
    batch: (digest) => remote.batch(digest),
    tip: () => remote.tip(),
    commitBlock: (block, batches) => remote.commitBlock(block, batches),
    block: (height) => remote.block(height),
    offences: () => remote.offences(),
    putResult: (result) => remote.putResult(takeOver(result)),
    result: (height) => remote.result(height),
    roots: (height) => remote.roots(height),
    transaction: (id) => remote.transaction(id),
    putCheckpoint: (height, root, pages) =>
      remote.putCheckpoint(height, root, pages),
    pages: (names) => remote.pages(names),
    checkpoint: async () => {
      const marker = await remote.checkpointMarker();
      return marker &&
        { ...marker, pages: () => remote.checkpointPages(marker.height) };
    },
    close: (reason?: Error) => Promise.resolve(remote.close(reason)),
  };
}

/** What is large moves, where it has its buffer for itself. */
function takeOver(result: BlockResult): BlockResult {
  const { transactionIds, receipts } = result;
  const whole = [transactionIds, receipts].filter((bytes) =>
    bytes.byteLength === bytes.buffer.byteLength
  );
  return transfer(result, whole.map(({ buffer }) => buffer as ArrayBuffer));
}

async function* checkpointPages(
  store: Store,
  height: bigint,
): AsyncGenerator<readonly Page[]> {
  const checkpoint = await store.checkpoint();
  if (checkpoint?.height !== height) {
    throw fault(ErrorCode.STORAGE_FAULT, {
      checkpoint: height,
      now: checkpoint?.height,
    });
  }
  yield* checkpoint.pages();
}
