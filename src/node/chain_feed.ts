import type {
  ChainStatus,
  ChainView,
  NetworkMetrics,
  NewBlock,
  Peers,
} from "../gateway/mod.ts";

/** What the feed asks of the node. */
export interface ChainFeedNode {
  status(): ChainStatus;
  peers(): Promise<Peers>;
  metrics(): Promise<NetworkMetrics>;
}

/** Tells the gateway of the chain's progress; served on a port. */
export class ChainFeed implements ChainView {
  readonly #decided: Parameters<ChainView["onDecided"]>[0][] = [];
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

  metrics(): Promise<NetworkMetrics> {
    return this.#node.metrics();
  }

  onDecided(callback: Parameters<ChainView["onDecided"]>[0]): void {
    this.#decided.push(callback);
  }

  onExecuted(callback: Parameters<ChainView["onExecuted"]>[0]): void {
    this.#executed.push(callback);
  }

  decided({ stored, transactions }: NewBlock): void {
    for (const callback of this.#decided) callback({ stored, transactions });
  }

  /** So many more were admitted that other nodes forwarded. */
  forwarded(transactions: number): void {
    this.#forwarded += transactions;
  }

  executed(height: bigint): void {
    for (const callback of this.#executed) callback(height, this.#forwarded);
  }
}
