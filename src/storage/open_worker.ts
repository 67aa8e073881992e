import { ErrorCode } from "../errors/mod.ts";
import {
  connect,
  type Log,
  type LogLine,
  startWorker,
  transfer,
} from "../platform/mod.ts";
import type { StoreControl, StoreWorkerOptions } from "./control.ts";
import { connectStore } from "./remote.ts";
import type { Store } from "./types.ts";

/** A store in a worker of its own. */
export interface StoreWorker {
  readonly store: Store;
  /** A new port to the store, for {@linkcode connectStore} in another thread. */
  port(): MessagePort;
  /** Rejects when the worker dies. Never resolves. */
  readonly failed: Promise<never>;
  /** Finishes what is under way, closes the database and ends the worker. */
  close(): Promise<void>;
}

/** Starts the store's worker and opens the database. Fails as {@linkcode openStore} does. */
export async function openStoreWorker(
  { log, ...options }: StoreWorkerOptions & { log: Log },
): Promise<StoreWorker> {
  const url = new URL("./worker.ts", import.meta.url);
  const { worker, failed } = startWorker(url, {
    name: "store",
    code: ErrorCode.STORAGE_FAULT,
  });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const control = connect<StoreControl>(port1);
  failed.catch((reason) => control.close(reason));
  const attach = () => {
    const channel = new MessageChannel();
    control.attach(transfer(channel.port2, [channel.port2])).catch(() =>
      channel.port1.close()
    );
    return channel.port1;
  };
  try {
    await control.open(
      options,
      ({ level, event, fields }: LogLine) => log[level](event, fields),
    );
  } catch (thrown) {
    control.close();
    worker.terminate();
    throw thrown;
  }
  const store = connectStore(attach());
  failed.catch((reason) => store.close(reason));
  const close = async () => {
    try {
      await control.stop();
    } finally {
      await store.close();
      control.close();
      worker.terminate();
    }
  };
  return { store, port: attach, failed, close };
}
