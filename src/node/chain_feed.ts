import type { ChainView } from "../gateway/mod.ts";

type Heights = (height: bigint) => void;

/** Tells the gateway of the chain's progress; served on a port. */
export class ChainFeed implements ChainView {
  readonly #decided: Heights[] = [];
  readonly #executed: Heights[] = [];
  readonly #status: () => { peers: number; syncing: boolean };

  constructor(status: () => { peers: number; syncing: boolean }) {
    this.#status = status;
  }

  status(): Promise<{ peers: number; syncing: boolean }> {
    return Promise.resolve(this.#status());
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
