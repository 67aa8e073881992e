import { ErrorCode, toRustoriumError } from "../../errors/mod.ts";
import { connect, type LogLevel, startWorker } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Outbox } from "../outbox.ts";
import type {
  DataAddress,
  DataOptions,
  DataService,
  Incoming,
  Outgoing,
} from "./types.ts";
import type { DataWorkerStart } from "./worker.ts";

/** The data plane in a thread of its own. */
export interface DataWorker {
  readonly address: DataAddress;
  readonly service: Omit<DataService, "start" | "send" | "take" | "stop">;
  /** Queues it for the worker; never waits. */
  send(item: Outgoing): void;
  /** Rejects when the worker breaks down; never resolves. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts the worker and its endpoint; `onIncoming` gets what comes from peers. @throws PORT_IN_USE */
export async function startDataWorker(
  options: DataOptions,
  onIncoming: (item: Incoming) => void,
  log: { level: LogLevel; format: "json" | "human" },
): Promise<DataWorker> {
  const url = new URL("./worker.ts", import.meta.url);
  const { worker, failed, fail } = startWorker(url, {
    name: "data plane",
    code: ErrorCode.RPC_INTERNAL,
  });
  const { port1, port2 } = new MessageChannel();
  const start: DataWorkerStart = { port: port2, log };
  worker.postMessage(start, [port2]);
  const service = connect<DataService>(port1);
  let address: DataAddress;
  try {
    address = await Promise.race([service.start(options), failed]);
  } catch (thrown) {
    worker.terminate();
    throw toRustoriumError(thrown, ErrorCode.RPC_INTERNAL);
  }
  const outbox = new Outbox<Outgoing>(LIMITS.crossingOutboxBytesMax);
  let isStopping = false;
  // A node that hears nothing more must not look as if all were well.
  deliver(service, onIncoming).catch((thrown) => {
    if (!isStopping) fail(toRustoriumError(thrown, ErrorCode.RPC_INTERNAL));
  });
  return {
    address,
    service,
    failed,
    send: sender(service, outbox),
    async stop() {
      isStopping = true;
      outbox.close();
      await service.stop();
      service.close();
      worker.terminate();
    },
  };
}

/** One crossing is under way at a time; what comes meanwhile goes with the next. */
function sender(service: DataService, outbox: Outbox<Outgoing>) {
  let isCrossing = false;
  const cross = async () => {
    isCrossing = true;
    try {
      for (
        let items;
        (items = outbox.take(LIMITS.crossingBytesMax)).length > 0;
      ) {
        await service.send(items);
      }
    } catch {
      // The plane is closing.
    } finally {
      isCrossing = false;
    }
  };
  return (item: Outgoing) => {
    outbox.push(item.of, item, item.frame.length);
    if (!isCrossing) cross();
  };
}

async function deliver(
  service: DataService,
  onIncoming: (item: Incoming) => void,
): Promise<void> {
  for (let items; (items = await service.take()).length > 0;) {
    for (const item of items) onIncoming(item);
  }
}
