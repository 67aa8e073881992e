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
  readonly #executed: Parameters<ChainView["onExecuted"]>[0][] = [];
  #forwarded = 0;
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

  onExecuted(callback: Parameters<ChainView["onExecuted"]>[0]): void {
    this.#executed.push(callback);
  }

  decided(height: bigint): void {
    for (const callback of this.#decided) callback(height);
  }

  /** So many more were admitted that other nodes forwarded. */
  forwarded(transactions: number): void {
    this.#forwarded += transactions;
  }

  executed(height: bigint): void {
    for (const callback of this.#executed) callback(height, this.#forwarded);
  }
}
