import { LRUCache } from "lru-cache";

/** What the length of a value does not tell: key, node, object headers. */
const OVERHEAD_BYTES = 200;

/** Recently used byte strings, at most `bytesMax` of them together. */
export class ByteCache {
  readonly #entries: LRUCache<string, Uint8Array>;

  constructor(bytesMax: number) {
    this.#entries = new LRUCache({
      maxSize: bytesMax,
      sizeCalculation: ({ length }) => length + OVERHEAD_BYTES,
    });
  }

  /** The cached value, or what `load` finds, which is kept when there is something. */
  async through<T extends Uint8Array>(
    name: string,
    load: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const cached = this.#entries.get(name);
    if (cached) return cached as T;
    const loaded = await load();
    if (loaded) this.#entries.set(name, loaded);
    return loaded;
  }

  set(name: string, value: Uint8Array): void {
    this.#entries.set(name, value);
  }

  delete(name: string): void {
    this.#entries.delete(name);
  }
}
