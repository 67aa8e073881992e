import { ErrorCode, fault } from "../../errors/mod.ts";
import { checkCommit } from "../kv_limits.ts";
import type { Kv, KvEntry, KvMutation } from "../types.ts";
import { orderString } from "./kv_order.ts";

/** A disk in memory; it outlives the handles that `open` gives. */
export class MemoryDisk {
  readonly #entries: Map<string, KvEntry>;
  /** The keys of `#entries`, ascending. */
  readonly #order: string[];

  constructor(entries: Iterable<[string, KvEntry]> = []) {
    this.#entries = new Map(entries);
    this.#order = [...this.#entries.keys()].sort();
  }

  open(): Kv {
    let open = true;
    const check = () => {
      if (!open) throw fault(ErrorCode.STORAGE_FAULT, "the kv is closed");
    };
    return {
      get: async (key) => {
        check();
        return await this.#entries.get(orderString(key))?.value.slice();
      },
      list: (selector, options) => this.#list(check, selector, options),
      commit: async (mutations) => {
        check();
        checkCommit(mutations);
        await mutations.forEach((mutation) => this.#apply(mutation));
      },
      close: () => {
        open = false;
      },
    };
  }

  /** Another disk with the same content. */
  copy(): MemoryDisk {
    return new MemoryDisk(this.#entries);
  }

  /** Keys and values, ascending. */
  entries(): KvEntry[] {
    return this.#order.flatMap((name) => this.#entries.get(name) ?? []);
  }

  #apply(mutation: KvMutation): void {
    const name = orderString(mutation.key);
    const at = lowerBound(this.#order, name);
    const known = this.#order[at] === name;
    if (mutation.type === "delete") {
      if (known) this.#order.splice(at, 1);
      this.#entries.delete(name);
      return;
    }
    if (!known) this.#order.splice(at, 0, name);
    const { key, value } = mutation;
    this.#entries.set(name, { key, value: value.slice() });
  }

  async *#list(
    check: () => void,
    { prefix, start, end }: Parameters<Kv["list"]>[0],
    { reverse = false, limit = Infinity }: {
      reverse?: boolean;
      limit?: number;
    } = {},
  ): AsyncGenerator<KvEntry> {
    check();
    const first = orderString(prefix);
    // The prefix itself is not under the prefix; "\xff" begins no key part.
    const from = lowerBound(
      this.#order,
      start ? orderString(start) : first + "\x01",
    );
    const to = lowerBound(this.#order, end ? orderString(end) : first + "\xff");
    const names = this.#order.slice(from, Math.max(from, to));
    if (reverse) names.reverse();
    for (const name of names.slice(0, limit)) {
      check();
      const entry = this.#entries.get(name);
      if (entry) yield await { key: entry.key, value: entry.value.slice() };
    }
  }
}

/** A new, empty {@linkcode Kv} in memory, ordered as Deno KV and with its limits. */
export function memoryKv(): Kv {
  return new MemoryDisk().open();
}

function lowerBound(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
