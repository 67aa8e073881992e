import type { Page, Roots } from "./types.ts";

/** What the worker of an executor offers to the thread that started it. */
export interface ExecutorControl {
  /** Makes the executor; `pages` with the results of their checkpoint's height. */
  load(
    core: WebAssembly.Module,
    genesis: Uint8Array,
    roots?: Roots,
    pages?: AsyncIterable<Page>,
  ): Promise<void>;
  /** Serves the executor on one more port. */
  attach(port: MessagePort): Promise<void>;
  stop(): Promise<void>;
}
