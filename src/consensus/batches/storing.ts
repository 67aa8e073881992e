import type { Clock, Timer } from "../../platform/types.ts";
import type { Store } from "../../storage/types.ts";

export interface StoringOptions {
  clock: Clock;
  store: Pick<Store, "putBatch">;
  /** How long a batch waits for others, to be written with them; 0: not at all. */
  gatherMs: number;
}

/** Batches that are on their way to the disk. They travel and are announced meanwhile; no block that names one is proposed or voted for before. */
export class Storing {
  readonly #options: StoringOptions;
  readonly #open = new Map<string, Promise<boolean>>();
  /** Batches that are to be written together. */
  #gathering: { timer: Timer; over: PromiseWithResolvers<void> } | undefined;

  constructor(options: StoringOptions) {
    this.#options = options;
  }

  /** Durable when it resolves. */
  async put(digest: Uint8Array, batch: Uint8Array): Promise<void> {
    const name = digest.toHex();
    const storing = this.#gather().then(() =>
      this.#options.store.putBatch(digest, batch)
    );
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
      this.write();
      if (!await this.#open.get(name)) failed.add(name);
    }
    return digests.filter((_, at) => !failed.has(names[at]!));
  }

  /** What waits for others waits no longer. */
  write(): void {
    this.#gathering?.timer.cancel();
    this.#gathering?.over.resolve();
    this.#gathering = undefined;
  }

  #gather(): Promise<void> {
    const { clock, gatherMs } = this.#options;
    if (gatherMs === 0) return Promise.resolve();
    this.#gathering ??= {
      timer: clock.schedule(gatherMs, () => this.write()),
      over: Promise.withResolvers(),
    };
    return this.#gathering.over.promise;
  }
}
