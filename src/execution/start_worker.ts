import { ErrorCode } from "../errors/mod.ts";
import { connect, startWorker, transfer } from "../platform/mod.ts";
import type { ExecutorControl, RemoteState } from "./control.ts";
import { connectExecutor } from "./remote.ts";
import type { Executor } from "./types.ts";

/** An executor in a worker of its own. */
export interface ExecutorWorker {
  readonly executor: Executor;
  /** A new port to the executor, for {@linkcode connectExecutor} in another thread. */
  port(): MessagePort;
  /** Rejects when the worker dies. Never resolves. */
  readonly failed: Promise<never>;
  /** Ends the worker; the mempool is lost. */
  close(): Promise<void>;
}

export interface ExecutorWorkerOptions extends RemoteState {
  /** Leads to the archive: a store's port. */
  store: MessagePort;
}

/** Starts the executor's worker and loads the state. Fails as {@linkcode loadExecutor} does. */
export async function startExecutorWorker(
  { store, ...state }: ExecutorWorkerOptions,
): Promise<ExecutorWorker> {
  const url = new URL("./worker.ts", import.meta.url);
  const { worker, failed } = startWorker(url, {
    name: "executor",
    code: ErrorCode.ENGINE_TRAPPED,
  });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const control = connect<ExecutorControl>(port1);
  failed.catch((reason) => control.close(reason));
  try {
    await control.load(
      transfer(store, [store]),
      state,
    );
  } catch (thrown) {
    control.close();
    worker.terminate();
    throw thrown;
  }
  const attach = () => {
    const channel = new MessageChannel();
    control.attach(transfer(channel.port2, [channel.port2])).catch(() =>
      channel.port1.close()
    );
    return channel.port1;
  };
  const executor = connectExecutor(attach());
  failed.catch((reason) => executor.close(reason));
  const close = async () => {
    try {
      await control.stop();
    } finally {
      await executor.close();
      control.close();
      worker.terminate();
    }
  };
  return { executor, port: attach, failed, close };
}
