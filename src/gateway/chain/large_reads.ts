import type { GatewayBackend } from "../types.ts";

type Store = GatewayBackend["store"];

/**
 * `store`, of which no more than `max` questions are asked at once that are
 * answered by way of a whole result or batch: each takes as much memory as a
 * block, in both threads, and one request may hold many. The others wait, in
 * their order.
 */
export function fewLargeReads(store: Store, max: number): Store {
  const turns = new Turns(max);
  return {
    tip: () => store.tip(),
    block: (height) => store.block(height),
    offences: () => store.offences(),
    batch: (digest) => turns.take(() => store.batch(digest)),
    result: (height) => turns.take(() => store.result(height)),
    transaction: (id) => turns.take(() => store.transaction(id)),
  };
}

class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(max: number) {
    this.#free = max;
  }

  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((next) => this.#waiting.push(next));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
