import type { Store } from "../../storage/types.ts";

/** Batches that are on their way to the disk. They travel and are announced meanwhile; no block that names one is proposed or voted for before. */
export class Storing {
  readonly #store: Pick<Store, "putBatch">;
  readonly #open = new Map<string, Promise<boolean>>();

  constructor(store: Pick<Store, "putBatch">) {
    this.#store = store;
  }

  /** Durable when it resolves. */
  async put(digest: Uint8Array, batch: Uint8Array): Promise<void> {
    const name = digest.toHex();
    const storing = this.#store.putBatch(digest, batch);
    this.#open.set(name, storing.then(() => true, () => false));
    try {
      await storing;
    } finally {
      this.#open.delete(name);
    }
  }

  /** Resolves when none of these is on its way any more, those included that came meanwhile: with those that did not fail. */
  async over(digests: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const names = digests.map((digest) => digest.toHex());
    const failed = new Set<string>();
    for (let at; (at = names.findIndex((one) => this.#open.has(one))) >= 0;) {
      const name = names[at]!;
      if (!await this.#open.get(name)) failed.add(name);
    }
    return digests.filter((_, at) => !failed.has(names[at]!));
  }
}
