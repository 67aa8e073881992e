import type { ChainStatus, ChainView, Peers } from "../gateway/mod.ts";

type Heights = (height: bigint) => void;

/** What the feed asks of the node. */
export interface ChainFeedNode {
  status(): ChainStatus;
  peers(): Promise<Peers>;
}

/** Tells the gateway of the chain's progress; served on a port. */
export class ChainFeed implements ChainView {
  readonly #decided: Heights[] = [];
  readonly #executed: Heights[] = [];
  readonly #node: ChainFeedNode;

  constructor(node: ChainFeedNode) {
    this.#node = node;
  }

  status(): Promise<ChainStatus> {
    return Promise.resolve(this.#node.status());
  }

  peers(): Promise<Peers> {
    return this.#node.peers();
  }

  onDecided(callback: Heights): void {
    this.#decided.push(callback);
  }

  onExecuted(callback: Heights): void {
    this.#executed.push(callback);
  }

  decided(height: bigint): void {
    for (const callback of this.#decided) callback(height);
  }

  executed(height: bigint): void {
    for (const callback of this.#executed) callback(height);
  }
}
