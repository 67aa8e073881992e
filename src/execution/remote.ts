/** An executor across a port. */
import { connect, serve, transfer } from "../platform/mod.ts";
import type { Executor } from "./types.ts";

/** Answers on `port` for `executor`, which stays open when the port closes. May be called with several ports. */
export function serveExecutor(port: MessagePort, executor: Executor): void {
  const service: Omit<Executor, "close"> = {
    height: () => executor.height(),
    roots: () => executor.roots(),
    submit: (envelopes) => executor.submit(envelopes),
    onPending: (callback) => executor.onPending(callback),
    pending: () => executor.pending(),
    setBuckets: (own) => executor.setBuckets(own),
    assemble: (limits) => executor.assemble(limits),
    forward: (limits) => executor.forward(limits),
    release: (payload) => executor.release(payload),
    checkBatch: (batch, height) => executor.checkBatch(batch, height),
    execute: async (block) => {
      const result = await executor.execute(block);
      // Both are whole buffers, made for this result alone.
      const { transactionIds, receipts } = result;
      return transfer(result, [
        transactionIds.buffer as ArrayBuffer,
        receipts.buffer as ArrayBuffer,
      ]);
    },
    signatureBackend: () => executor.signatureBackend(),
    account: (address) => executor.account(address),
    prove: (address) => executor.prove(address),
    accounts: () => executor.accounts(),
    dirtyPages: () => executor.dirtyPages(),
  };
  serve(port, service);
}

/** The executor that is served at the other end of `port`. Closing it closes the connection only; open calls fail with `reason`. */
export function connectExecutor(
  port: MessagePort,
): Executor & { close(reason?: Error): Promise<void> } {
  return connect<Executor>(port);
}
