import type { GatewayBackend } from "../types.ts";
import type { ChainReader } from "./reader.ts";

/** The last decided and the last executed height, and who waits for the next. */
export class Heads {
  #decided = 0n;
  #executed = 0n;
  #forwarded = 0;
  #listeners = new Set<() => void>();

  /** Where the chain stands now, and from then on. */
  static async follow(
    { chain, store, executor, reader }: Pick<GatewayBackend, "chain"> & {
      store: Pick<GatewayBackend["store"], "tip">;
      executor: Pick<GatewayBackend["executor"], "height">;
      reader: Pick<ChainReader, "take">;
    },
  ): Promise<Heads> {
    const heads = new Heads();
    // Before asking, so that no height can slip between the two.
    chain.onDecided((block) => {
      reader.take(block);
      heads.#move(block.stored.height, 0n);
    });
    chain.onExecuted((height, forwarded) => {
      heads.#forwarded = forwarded;
      heads.#move(0n, height);
    });
    const [decided, executed] = await Promise.all([
      store.tip(),
      executor.height(),
    ]);
    heads.#move(decided, executed);
    return heads;
  }

  get decided(): bigint {
    return this.#decided;
  }

  /** Never ahead of `decided`. */
  get executed(): bigint {
    return this.#executed < this.#decided ? this.#executed : this.#decided;
  }

  /** Transactions that other nodes forwarded and this one admitted, since its start. */
  get forwarded(): number {
    return this.#forwarded;
  }

  /** Calls back after every change, until the function that it gives is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves when `ready` gives a value, tried now and after every change.
   * Rejects with the signal's reason.
   */
  until<T>(
    ready: () => Promise<T | undefined> | T | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let changed = true;
      let busy = false;
      const attempt = async () => {
        changed = true;
        if (busy) return;
        busy = true;
        try {
          while (changed && !signal.aborted) {
            changed = false;
            const value = await ready();
            if (value !== undefined) return settle(() => resolve(value));
          }
        } catch (thrown) {
          settle(() => reject(thrown));
        } finally {
          busy = false;
        }
      };
      const stop = this.onChange(() => void attempt());
      const abort = () => settle(() => reject(signal.reason));
      const settle = (end: () => void) => {
        stop();
        signal.removeEventListener("abort", abort);
        end();
      };
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
      else void attempt();
    });
  }

  #move(decided: bigint, executed: bigint): void {
    if (decided <= this.#decided && executed <= this.#executed) return;
    if (decided > this.#decided) this.#decided = decided;
    if (executed > this.#executed) this.#executed = executed;
    for (const listener of this.#listeners) listener();
  }
}
