/** The thread of the executor: execution never delays a vote. */
import { ErrorCode, fault } from "../errors/mod.ts";
import { nameThread, nextTurn, serve } from "../platform/mod.ts";
import type { ExecutorControl, RemoteState } from "./control.ts";
import { loadExecutor } from "./load.ts";
import { connectArchive, serveExecutor } from "./remote.ts";
import type { Executor } from "./types.ts";

class Control implements ExecutorControl {
  #executor: Executor | undefined;

  async load(
    store: MessagePort,
    { checkpoint, ...state }: RemoteState,
  ): Promise<void> {
    const archive = connectArchive(store);
    this.#executor = await loadExecutor({
      ...state,
      checkpoint: checkpoint && {
        ...checkpoint,
        pages: archive.checkpointPages(checkpoint.roots.height),
      },
      archive,
      yield: nextTurn,
      // Without one of its shards an executor is of no use.
      onShardFailed: (reason) => void Promise.reject(reason),
    });
  }

  attach(port: MessagePort): Promise<void> {
    if (!this.#executor) {
      throw fault(ErrorCode.SHUTTING_DOWN, "the executor is not loaded");
    }
    serveExecutor(port, this.#executor);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#executor?.close();
  }
}

nameThread();
addEventListener("message", (event) => {
  serve((event as MessageEvent<MessagePort>).data, new Control());
}, { once: true });
