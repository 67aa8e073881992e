import type { Kv, LogFile, Signer } from "../../platform/mod.ts";
import type { Hardware } from "./hardware.ts";

/** What is counted: everything that reaches the world outside, or one kind of it. */
export type CrashKind = "any" | "append" | "sync";

/** Ends a node's life at the n-th thing it does to the world outside, before or after it is done. */
export class CrashPoint implements Hardware {
  readonly #at: number;
  readonly #when: "before" | "after";
  readonly #kind: CrashKind;
  #count = 0;

  constructor(
    at = Infinity,
    when: "before" | "after" = "before",
    kind: CrashKind = "any",
  ) {
    this.#at = at;
    this.#when = when;
    this.#kind = kind;
  }

  get hasFailed(): boolean {
    return this.#count >= this.#at;
  }

  get hasStopped(): boolean {
    return this.hasFailed;
  }

  file(file: LogFile): LogFile {
    return {
      read: () => file.read(),
      append: (bytes) => this.#pass("append", () => file.append(bytes)),
      sync: () => this.#pass("sync", () => file.sync()),
      truncate: (length) => this.#pass("any", () => file.truncate(length)),
      replace: (bytes) => this.#pass("any", () => file.replace(bytes)),
      close: () => file.close(),
    };
  }

  signer({ publicKey, sign }: Signer): Signer {
    return {
      publicKey,
      sign: (message) => this.#pass("any", () => sign(message)),
    };
  }

  kv(kv: Kv): Kv {
    return {
      get: (key) => kv.get(key),
      list: (selector, options) => kv.list(selector, options),
      commit: (mutations) => this.#pass("any", () => kv.commit(mutations)),
      close: () => kv.close(),
    };
  }

  async #pass<T>(kind: CrashKind, work: () => Promise<T>): Promise<T> {
    if (this.hasStopped) throw new Error("the machine has stopped");
    if (this.#kind !== "any" && kind !== this.#kind) return await work();
    this.#count++;
    const isHere = this.#count === this.#at;
    if (isHere && this.#when === "before") {
      throw new Error("the machine has stopped");
    }
    const result = await work();
    if (isHere) throw new Error("the machine stops");
    return result;
  }
}
