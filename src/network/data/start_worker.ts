import { ErrorCode, toRustoriumError } from "../../errors/mod.ts";
import { connect, type LogLevel, startWorker } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { added, type Waiting } from "../metrics.ts";
import { Outbox } from "../outbox.ts";
import {
  bytesOf,
  type DataAddress,
  type DataOptions,
  type DataService,
  type Incoming,
  type Outgoing,
  TOLD,
} from "./types.ts";
import type { DataWorkerStart } from "./worker.ts";

/** The data plane as its node sees it: in a thread of its own, or in the node's. */
export interface DataWorker {
  readonly address: DataAddress;
  readonly service: Omit<
    DataService,
    "start" | "send" | "crossed" | "onIncoming" | "took" | "stop"
  >;
  /** From now on what comes from peers is handed over; before, it waits in the plane. To be called once. */
  hear(onIncoming: (item: Incoming) => void): void;
  /** Queues it; never waits. */
  send(item: Outgoing): void;
  /** What waits to cross to its thread, and what found no room there. */
  crossing(): { waiting: Waiting; dropped: number };
  /** Rejects when it breaks down; never resolves. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts it in a thread of its own. @throws PORT_IN_USE */
export async function startDataWorker(
  options: DataOptions,
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
  const service = connect<DataService>(port1, { tells: TOLD });
  let address: DataAddress;
  try {
    address = await Promise.race([service.start(options), failed]);
  } catch (thrown) {
    worker.terminate();
    throw toRustoriumError(thrown, ErrorCode.RPC_INTERNAL);
  }
  const outbox = new Outbox<Outgoing>(LIMITS.crossingOutboxBytesMax);
  const hear = (onIncoming: (item: Incoming) => void) =>
    service.onIncoming(receiver(service, (items) => {
      try {
        for (const item of items) onIncoming(item);
      } catch (thrown) {
        // A node that hears nothing more must not look as if all were well.
        fail(toRustoriumError(thrown, ErrorCode.RPC_INTERNAL));
      }
    }));
  return {
    address,
    service,
    failed,
    hear,
    send: sender(service, outbox),
    crossing: () => ({
      waiting: added(Object.values(outbox.waiting())),
      dropped: outbox.dropped,
    }),
    async stop() {
      outbox.close();
      await service.stop();
      service.close();
      worker.terminate();
    },
  };
}

/** Not more than a bound is on its way; what comes beyond waits, the most urgent first. */
function sender(service: DataService, outbox: Outbox<Outgoing>) {
  let isFull = false;
  let bytes = 0;
  const cross = async () => {
    for (let items; !isFull && (items = outbox.take(1)).length > 0;) {
      for (const item of items) {
        service.send(item);
        bytes += item.frame.length;
      }
      if (bytes < LIMITS.crossingBytesMax) continue;
      isFull = true;
      // It rejects where the plane is closing.
      await service.crossed().catch(() => undefined);
      isFull = false;
      bytes = 0;
    }
  };
  return (item: Outgoing) => {
    outbox.push(item.of, item, item.frame.length);
    cross();
  };
}

/** Says of what was taken once it is half of what may be on its way. */
function receiver(
  service: DataService,
  onItems: (items: Incoming[]) => void,
): (items: Incoming[]) => void {
  let bytes = 0;
  return (items) => {
    onItems(items);
    for (const item of items) bytes += bytesOf(item);
    if (bytes < LIMITS.crossingBytesMax / 2) return;
    service.took(bytes);
    bytes = 0;
  };
}
