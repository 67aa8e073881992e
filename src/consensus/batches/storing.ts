import type { Clock } from "../../platform/types.ts";
import type { Store } from "../../storage/types.ts";
import { Gather } from "../gather.ts";

/** An own batch waits so long for those of others, to be written with them: each write costs a sync. */
const GATHER_MS = 8;

export interface StoringOptions {
  clock: Clock;
  store: Pick<Store, "putBatch">;
  /** Whether others' batches come at about the same time. */
  isShared: boolean;
}

/** Batches that are on their way to the disk. They travel and are announced meanwhile; no block that names one is proposed or voted for before. */
export class Storing {
  readonly #options: StoringOptions;
  readonly #gather: Gather;
  readonly #open = new Map<string, Promise<boolean>>();

  constructor(options: StoringOptions) {
    this.#options = options;
    const { clock } = options;
    this.#gather = new Gather({ clock, ms: GATHER_MS, countMax: Infinity });
  }

  /** An own one. Durable when it resolves. */
  putOwn(digest: Uint8Array, batch: Uint8Array): Promise<void> {
    return this.#put(digest, async () => {
      if (this.#options.isShared) await this.#gather.wait();
      await this.#options.store.putBatch(digest, batch);
    });
  }

  /** Another one's, and with it what waits. Durable when it resolves. */
  put(digest: Uint8Array, batch: Uint8Array): Promise<void> {
    this.#gather.release();
    return this.#put(
      digest,
      () => this.#options.store.putBatch(digest, batch),
    );
  }

  /** Resolves when none of these is on its way any more: with those that did not fail. */
  async over(digests: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const open = digests.map((digest) => this.#open.get(digest.toHex()));
    if (open.some((one) => one)) this.#gather.release();
    const areStored = await Promise.all(open.map((one) => one ?? true));
    return digests.filter((_, at) => areStored[at]);
  }

  stop(): void {
    this.#gather.stop();
  }

  async #put(digest: Uint8Array, work: () => Promise<void>): Promise<void> {
    const name = digest.toHex();
    const storing = work();
    this.#open.set(name, storing.then(() => true, () => false));
    try {
      await storing;
    } finally {
      this.#open.delete(name);
    }
  }
}
