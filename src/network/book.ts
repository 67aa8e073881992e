import { LIMITS } from "./limits.ts";
import type { KnownRecord } from "./record.ts";

/** The latest record of every node that was heard of. The one heard of first is forgotten first. */
export class Book {
  readonly #records = new Map<string, KnownRecord>();
  readonly #ownId: string;
  /** Hears of nodes that are forgotten. */
  onForget: (id: string) => void = () => {};

  constructor(ownId: string) {
    this.#ownId = ownId;
  }

  /** Whether it said something new. */
  add(record: KnownRecord): boolean {
    if (record.id === this.#ownId) return false;
    const known = this.#records.get(record.id);
    if (known && known.timeMs >= record.timeMs) return false;
    this.#records.set(record.id, record);
    if (this.#records.size > LIMITS.knownPeersMax) {
      const first = this.#records.keys().next().value!;
      this.#records.delete(first);
      this.onForget(first);
    }
    return true;
  }

  get(id: string): KnownRecord | undefined {
    return this.#records.get(id);
  }

  /** The latest ones, at most `count`. */
  latest(count: number): KnownRecord[] {
    return [...this.#records.values()]
      .toSorted((one, other) => other.timeMs - one.timeMs)
      .slice(0, count);
  }
}
