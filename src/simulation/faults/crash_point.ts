import type { Kv, LogFile, Signer } from "../../platform/types.ts";

/** Ends a node's life at the n-th thing it does to the world outside, before or after it is done. */
export class CrashPoint {
  readonly #at: number;
  readonly #when: "before" | "after";
  #count = 0;

  constructor(at = Infinity, when: "before" | "after" = "before") {
    this.#at = at;
    this.#when = when;
  }

  get isReached(): boolean {
    return this.#count >= this.#at;
  }

  file(file: LogFile): LogFile {
    return {
      read: () => file.read(),
      append: (bytes) => this.#pass(() => file.append(bytes)),
      sync: () => this.#pass(() => file.sync()),
      truncate: (length) => this.#pass(() => file.truncate(length)),
      replace: (bytes) => this.#pass(() => file.replace(bytes)),
      close: () => file.close(),
    };
  }

  signer({ publicKey, sign }: Signer): Signer {
    return { publicKey, sign: (message) => this.#pass(() => sign(message)) };
  }

  kv(kv: Kv): Kv {
    return {
      get: (key) => kv.get(key),
      list: (selector, options) => kv.list(selector, options),
      commit: (mutations) => this.#pass(() => kv.commit(mutations)),
      close: () => kv.close(),
    };
  }

  async #pass<T>(work: () => Promise<T>): Promise<T> {
    this.#count++;
    const isHere = this.#count === this.#at;
    if (this.#count > this.#at || isHere && this.#when === "before") {
      throw new Error("the machine has stopped");
    }
    const result = await work();
    if (isHere) throw new Error("the machine stops");
    return result;
  }
}
