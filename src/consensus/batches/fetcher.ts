import type { CoreExports } from "../../core/mod.ts";
import type { BatchRefusal, Executor } from "../../execution/types.ts";
import type { Clock, Log, Network } from "../../platform/types.ts";
import type { Store } from "../../storage/types.ts";
import { equal } from "../../bytes/mod.ts";
import { Topic } from "../channel.ts";
import { type NamedBatch, readBatch } from "./entry.ts";
import type { RefusedBatches } from "./refused.ts";

const REQUEST_TIMEOUT_MS = 2_000;
/** Between two rounds of questions to all peers. */
const PAUSE_MS = 200;

export interface FetcherOptions {
  core: CoreExports;
  clock: Clock;
  log: Log;
  network: Network;
  store: Store;
  executor: Executor;
  refused: RefusedBatches;
}

/** Whom to ask first, and when to give up. */
export interface FetchOptions {
  /** A peer that should have it. */
  from: string | undefined;
  /** The height of the block that names it. */
  height: bigint;
  signal: AbortSignal;
}

/** Gets batches that this node does not hold. */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #running = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(options: FetcherOptions) {
    this.#options = options;
  }

  /** Checked and durable when it resolves; undefined where its author made it invalid. Rejects with the signal's reason only. */
  async fetch(
    digest: Uint8Array,
    options: FetchOptions,
  ): Promise<Uint8Array | undefined> {
    for (;;) {
      options.signal.throwIfAborted();
      if (this.#options.refused.has(digest)) return undefined;
      const name = digest.toHex();
      const running = this.#running.get(name);
      if (!running) return await this.#start(name, digest, options);
      // Whoever began may give up earlier.
      const batch = await running.catch(() => undefined);
      if (batch) return batch;
    }
  }

  /** Why a batch is not valid for a block at `height`; undefined where it is. */
  async refusal(
    { digest, facts, batch }: NamedBatch,
    height: bigint,
  ): Promise<BatchRefusal | undefined> {
    const { executor, refused } = this.#options;
    const refusal = await executor.checkBatch(batch, height);
    if (refusal?.isAuthors) refused.add(digest, facts, refusal);
    return refusal;
  }

  async #start(
    name: string,
    digest: Uint8Array,
    options: FetchOptions,
  ): Promise<Uint8Array | undefined> {
    const running = this.#askAll(digest, options);
    this.#running.set(name, running);
    try {
      return await running;
    } finally {
      this.#running.delete(name);
    }
  }

  async #askAll(
    digest: Uint8Array,
    { from, height, signal }: FetchOptions,
  ): Promise<Uint8Array | undefined> {
    const { clock, network, refused } = this.#options;
    for (;;) {
      const others = network.peers().filter((peer) => peer !== from);
      for (const peer of from === undefined ? others : [from, ...others]) {
        signal.throwIfAborted();
        const batch = await this.#ask(peer, digest, height);
        if (batch || refused.has(digest)) return batch;
      }
      await clock.sleep(PAUSE_MS, signal);
    }
  }

  async #ask(
    peer: string,
    digest: Uint8Array,
    height: bigint,
  ): Promise<Uint8Array | undefined> {
    const { core, network, log, store } = this.#options;
    let batch;
    try {
      batch = await network.request(
        peer,
        Topic.batch,
        digest,
        REQUEST_TIMEOUT_MS,
      );
    } catch (error) {
      log.debug("a peer did not give a batch", { peer, error });
      return undefined;
    }
    const named = readBatch(core, batch);
    const isAsked = named && equal(named.digest, digest);
    const refusal = isAsked ? await this.refusal(named, height) : undefined;
    if (refusal?.isAuthors) return undefined;
    if (!isAsked || refusal) {
      log.warn("a peer gave something else than the batch it was asked for", {
        peer,
        digest: digest.toHex(),
      });
      return undefined;
    }
    await store.putBatch(digest, batch);
    return batch;
  }
}
