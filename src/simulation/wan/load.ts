import { join } from "../../bytes/mod.ts";
import type { Timer } from "../../platform/mod.ts";
import type { Cluster } from "../cluster.ts";
import { core } from "../core.ts";
import { transfer } from "../transfer.ts";

/** What is due within this time comes together. */
const TICK_MS = 20;

/** When and where a transfer was given to a node. */
export interface Submitted {
  node: number;
  atMs: number;
}

/** Transfers at a steady rate, of each account to its neighbour, all of an account to one node. */
export class SteadyLoad {
  readonly #cluster: Cluster;
  readonly #perMs: number;
  readonly #nonces: bigint[];
  readonly #submitted = new Map<string, Submitted>();
  #count = 0;
  #refused = 0;
  #sinceMs = 0;
  #timer: Timer | undefined;

  constructor(cluster: Cluster, rate: number) {
    this.#cluster = cluster;
    this.#perMs = rate / 1_000;
    this.#nonces = cluster.chain.senders.map(() => 0n);
  }

  /** By their ids, in hexadecimal. */
  get submitted(): ReadonlyMap<string, Submitted> {
    return this.#submitted;
  }

  /** How many a node has not taken. */
  get refused(): number {
    return this.#refused;
  }

  start(): void {
    this.#sinceMs = this.#cluster.scheduler.now();
    this.#later();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #later(): void {
    this.#timer = this.#cluster.scheduler.schedule(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    this.#later();
    const { nodes, scheduler } = this.#cluster;
    const due = Math.floor((scheduler.now() - this.#sinceMs) * this.#perMs);
    const envelopes = new Map<number, Uint8Array[]>();
    for (; this.#count < due; this.#count++) {
      const account = this.#count % this.#nonces.length;
      const node = account % nodes.length;
      const { id, envelope } = this.#next(account);
      this.#submitted.set(id.toHex(), { node, atMs: scheduler.now() });
      envelopes.set(node, [...envelopes.get(node) ?? [], envelope]);
    }
    for (const [node, given] of envelopes) {
      nodes[node]!.executor.submit(join(given)).then(({ codes }) => {
        this.#refused += codes.filter((code) => code !== 0).length;
      });
    }
  }

  #next(account: number) {
    const { senders, genesisHash } = this.#cluster.chain;
    return transfer(core, genesisHash, {
      from: senders[account]!.key,
      to: senders[(account + 1) % senders.length]!.key,
      nonce: this.#nonces[account]!++,
      amount: 1n,
    });
  }
}
