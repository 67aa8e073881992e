import { LIMITS } from "./limits.ts";
import type { KnownRecord } from "./record.ts";

/** The latest record of every node that was heard of. The one heard of first is forgotten first. */
export class Book {
  readonly #records = new Map<string, KnownRecord>();
  readonly #ownId: string;

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
      this.#records.delete(this.#records.keys().next().value!);
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
