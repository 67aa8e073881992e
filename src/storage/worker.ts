/** The worker that holds the store: the one writer, so that a large write never delays a vote. */
import { createCore } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import {
  boundedKv,
  databaseBytes,
  faultyKv,
  type LogLine,
  logTo,
  nameThread,
  openDenoKv,
  serve,
  systemClock,
} from "../platform/mod.ts";
import type { StoreControl, StoreWorkerOptions } from "./control.ts";
import { serveStore } from "./remote.ts";
import { openStore } from "./store.ts";
import type { Store } from "./types.ts";

class Control implements StoreControl {
  #store: Store | undefined;

  async open(
    { path, core, cacheBytesMax, diskBytesMax, faults }: StoreWorkerOptions,
    write: (line: LogLine) => void,
  ): Promise<void> {
    let kv = await openDenoKv(path);
    if (diskBytesMax) {
      kv = boundedKv(kv, diskBytesMax, () => databaseBytes(path));
    }
    try {
      this.#store = await openStore(
        faults ? faultyKv(kv, faults, systemClock()) : kv,
        {
          core: createCore(core),
          log: logTo(write),
          ...(cacheBytesMax && { cacheBytesMax }),
        },
      );
    } catch (thrown) {
      kv.close();
      throw thrown;
    }
  }

  attach(port: MessagePort): Promise<void> {
    if (!this.#store) {
      throw fault(ErrorCode.STORAGE_FAULT, "the store is not open");
    }
    serveStore(port, this.#store);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#store?.close();
  }
}

nameThread();
addEventListener("message", (event) => {
  serve((event as MessageEvent<MessagePort>).data, new Control());
}, { once: true });
