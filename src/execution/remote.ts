/** An executor across a port. */
import { connect, serve, sometime, transfer } from "../platform/mod.ts";
import { Busy } from "./busy.ts";
import type { Archive, Executor, Pages } from "./types.ts";

/** Of a submission that need not be looked at at once. */
const PATIENT_BYTES_MAX = 16 << 10;

/** Answers on `port` for `executor`, which stays open when the port closes. May be called with several ports. */
export function serveExecutor(port: MessagePort, executor: Executor): void {
  const service: Omit<Executor, "close"> = {
    height: () => executor.height(),
    roots: () => executor.roots(),
    submit: (envelopes) => executor.submit(envelopes),
    onPending: (callback) => {
      const later = sometime(callback);
      executor.onPending((waiting, isUrgent) =>
        (isUrgent ? callback : later)(waiting, isUrgent)
      );
    },
    pending: () => executor.pending(),
    setBuckets: (own) => executor.setBuckets(own),
    assemble: async (limits) => {
      const draft = await executor.assemble(limits);
      return draft &&
        transfer(draft, [draft.payload.buffer as ArrayBuffer]);
    },
    forward: (limits) => executor.forward(limits),
    lull: () => executor.lull(),
    named: (payloadRoot, digest, until) =>
      executor.named(payloadRoot, digest, until),
    release: (payload) => executor.release(payload),
    checkBatch: (batch, height) => executor.checkBatch(batch, height),
    signatureBackend: () => executor.signatureBackend(),
    execute: (block) => executor.execute(block),
    moveSlots: (moves) => executor.moveSlots(moves),
    account: (address) => executor.account(address),
    prove: (address) => executor.prove(address),
    accounts: () => executor.accounts(),
    checkpoint: () => executor.checkpoint(),
  };
  serve(port, service);
}

/** The executor that is served at the other end of `port`. Names of batches cross with the block that may name them; on the connection that executes, small submissions cross with other calls, before them, while many come for each block. Closing it closes the connection only; open calls fail with `reason`. */
export function connectExecutor(
  port: MessagePort,
): Executor & { close(reason?: Error): Promise<void> } {
  const busy = new Busy();
  const remote = connect<Executor>(port, {
    tells: ["named"],
    isPatient: (method, [first]) =>
      method === "submit" && busy.isBusy &&
      (first as Uint8Array).length <= PATIENT_BYTES_MAX,
  });
  const submit: Executor["submit"] = (envelopes) => {
    busy.submitted();
    return remote.submit(envelopes);
  };
  const names: Parameters<Executor["named"]>[] = [];
  const named: Executor["named"] = (...name) => {
    names.push(name);
    return Promise.resolve();
  };
  const execute: Executor["execute"] = (block) => {
    names.splice(0).forEach((name) => remote.named(...name));
    busy.executed(block);
    return remote.execute(block);
  };
  return Object.assign(Object.create(remote), { submit, named, execute });
}

/** What an executor in a worker asks of the store. */
interface RemoteArchive extends Archive {
  /** All pages of the checkpoint at that height, the last one. */
  checkpointPages(height: bigint): Pages;
}

/** The archive at the other end of a store's port. Results are moved there. */
export function connectArchive(port: MessagePort): RemoteArchive {
  const remote = connect<RemoteArchive>(port);
  return {
    batch: (digest) => remote.batch(digest),
    putResult: (result) => {
      // Both are whole buffers, made for this result alone.
      const { transactionIds, receipts } = result;
      return remote.putResult(transfer(result, [
        transactionIds.buffer as ArrayBuffer,
        receipts.buffer as ArrayBuffer,
      ]));
    },
    putCheckpoint: (height, root, pages) =>
      remote.putCheckpoint(height, root, pages),
    pages: (names) => remote.pages(names),
    checkpointPages: (height) => remote.checkpointPages(height),
  };
}
