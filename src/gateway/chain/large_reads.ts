import { ErrorCode, fault } from "../../errors/mod.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayBackend } from "../types.ts";

type Limits = Pick<GatewayLimits, "largeReadsMax" | "largeReadsWaitingMax">;
type Store = GatewayBackend["store"];

/**
 * `store`, of which only a few questions are asked at once that are answered
 * by way of a whole result or batch: each takes as much memory as a block, in
 * both threads, and one request may hold many. The others wait, in their order;
 * where too many do, they are refused with RPC_BUSY.
 */
export function fewLargeReads(store: Store, limits: Limits): Store {
  const turns = new Turns(limits);
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
  readonly #waitingMax: number;
  #free: number;

  constructor({ largeReadsMax, largeReadsWaitingMax }: Limits) {
    this.#free = largeReadsMax;
    this.#waitingMax = largeReadsWaitingMax;
  }

  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw fault(ErrorCode.RPC_BUSY, { reads_waiting: this.#waitingMax });
    }
    return new Promise((next) => this.#waiting.push(next));
  }
}
