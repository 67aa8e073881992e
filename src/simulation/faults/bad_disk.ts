import { ErrorCode, fault } from "../../errors/mod.ts";
import {
  boundedKv,
  faultyKv,
  type Kv,
  type KvFaultPlan,
  type LogFile,
  type Signer,
} from "../../platform/mod.ts";
import type { Hardware } from "./hardware.ts";

/** A disk that rejects commits, tears them, or fills up. A full one takes no log entry either. */
export class BadDisk implements Hardware {
  readonly hasStopped = false;
  readonly #plan: KvFaultPlan;
  #fault: unknown;

  constructor(plan: KvFaultPlan) {
    this.#plan = plan;
  }

  get hasFailed(): boolean {
    return this.#fault !== undefined;
  }

  kv(kv: Kv): Kv {
    return this.#watched(faultyKv(kv, this.#plan));
  }

  file(file: LogFile): LogFile {
    const write = <T>(work: () => Promise<T>) =>
      this.hasFailed ? Promise.reject(this.#fault) : work();
    return {
      read: () => file.read(),
      append: (bytes) => write(() => file.append(bytes)),
      sync: () => write(() => file.sync()),
      truncate: (length) => file.truncate(length),
      replace: (bytes) => write(() => file.replace(bytes)),
      close: () => file.close(),
    };
  }

  signer(signer: Signer): Signer {
    return signer;
  }

  #watched(kv: Kv): Kv {
    return {
      get: (key) => kv.get(key),
      list: (selector, options) => kv.list(selector, options),
      commit: async (mutations) => {
        try {
          await kv.commit(mutations);
        } catch (error) {
          this.#fault = error;
          throw error;
        }
      },
      close: () => kv.close(),
    };
  }
}

/** A disk that was full before the node began and is still: it gives what it has and takes nothing. */
export class FullDisk implements Hardware {
  readonly hasStopped = false;
  #isAsked = false;

  /** Whether the node has tried to write. */
  get hasFailed(): boolean {
    return this.#isAsked;
  }

  kv(kv: Kv): Kv {
    return boundedKv(kv, 0, () => {
      this.#isAsked = true;
      return Promise.resolve(1);
    });
  }

  file(file: LogFile): LogFile {
    const refuse = () => {
      this.#isAsked = true;
      return Promise.reject(fault(ErrorCode.DISK_FULL));
    };
    return {
      read: () => file.read(),
      append: refuse,
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      replace: refuse,
      close: () => file.close(),
    };
  }

  signer(signer: Signer): Signer {
    return signer;
  }
}
