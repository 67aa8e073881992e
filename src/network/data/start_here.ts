import { ErrorCode, toRustoriumError } from "../../errors/mod.ts";
import { DataPlane, type Outside } from "./plane.ts";
import type { DataWorker } from "./start_worker.ts";
import { bytesOf, type DataOptions, type Incoming } from "./types.ts";

/**
 * Starts the data plane in the thread of its node: where there are few
 * processors, to wake a thread of its own costs more than all that it does,
 * and it would wait for a processor like everybody else. @throws PORT_IN_USE
 */
export async function startDataHere(
  options: DataOptions,
  outside: Outside,
): Promise<DataWorker> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Whoever does not wait for it is not to be killed by it.
  failed.catch(() => undefined);
  const plane = new DataPlane(outside);
  const address = await plane.start(options);
  const hear = (onIncoming: (item: Incoming) => void) =>
    plane.onIncoming((items) => {
      try {
        for (const item of items) {
          onIncoming(item);
          plane.took(bytesOf(item));
        }
      } catch (thrown) {
        // A node that hears nothing more must not look as if all were well.
        reject(toRustoriumError(thrown, ErrorCode.RPC_INTERNAL));
      }
    });
  return {
    address,
    failed,
    hear,
    send: (item) => plane.send(item),
    crossing: () => ({ waiting: { messages: 0, bytes: 0 }, dropped: 0 }),
    stop: () => plane.stop(),
    service: {
      announce: (signed) => plane.announce(signed),
      know: async (signed) => await plane.know(signed),
      bar: (ids) => plane.bar(ids),
      protect: (ids, hosts) => plane.protect(ids, hosts),
      onDeed: (callback) => plane.onDeed(callback),
      answer: (id, body) => plane.answer(id, body),
      refuse: (id, reason) => plane.refuse(id, reason),
      request: (...question) => plane.request(...question),
      peers: () => plane.peers(),
      totals: () => plane.totals(),
      onStates: (callback) => plane.onStates(callback),
    },
  };
}
