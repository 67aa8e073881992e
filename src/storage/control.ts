import type { KvFaultPlan, LogLine } from "../platform/mod.ts";

export interface StoreWorkerOptions {
  /** The file of the database; made if it is not there. */
  path: string;
  /** The compiled core. */
  core: WebAssembly.Module;
  cacheBytesMax?: number;
  /** Writing ends with DISK_FULL when the database is larger. */
  diskBytesMax?: number;
  /** Faults to inject, for tests of the whole node. */
  faults?: KvFaultPlan;
}

/** What the worker of the store offers to the thread that started it. */
export interface StoreControl {
  open(
    options: StoreWorkerOptions,
    write: (line: LogLine) => void,
  ): Promise<void>;
  /** Serves the store on one more port. */
  attach(port: MessagePort): Promise<void>;
  /** Finishes what is under way and closes the database. */
  stop(): Promise<void>;
}
