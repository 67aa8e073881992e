import { type ErrorCode, fault } from "../../errors/mod.ts";

/** A thread, and what becomes of it. */
export interface StartedWorker {
  worker: Worker;
  /** Rejects when the thread breaks down, or is said to have; never resolves. */
  failed: Promise<never>;
  /** Says that it is of no use any more. */
  fail: (reason: unknown) => void;
}

/** Starts a module as a thread. Its breakdown is an error of that code, and not this thread's end. */
export function startWorker(
  module: URL,
  { name, code }: { name: string; code: ErrorCode },
): StartedWorker {
  const worker = new Worker(module, { type: "module", name });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Whoever does not wait for it is not to be killed by it.
  failed.catch(() => undefined);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    reject(fault(code, { worker: name, cause: event.message }));
  });
  return { worker, failed, fail: reject };
}
