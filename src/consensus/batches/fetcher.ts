import { ErrorCode } from "../../errors/mod.ts";
import type { BatchRefusal, Executor } from "../../execution/types.ts";
import type { Clock, Log, Network } from "../../platform/types.ts";
import type { Store } from "../../storage/types.ts";
import { Topic } from "../channel.ts";
import type { Reading, Transfer } from "../transfer/mod.ts";
import { ChunkFetcher } from "./chunk_fetcher.ts";
import type { NamedBatch } from "./entry.ts";
import { assembled, type OutlineParts, readOutline } from "./outline.ts";
import type { RefusedBatches } from "./refused.ts";
import { Room } from "./room.ts";

/** Between two rounds of questions to all peers. */
const PAUSE_MS = 200;
/** About what an outline has, or a batch that is no larger than a chunk. */
const OUTLINE_BYTES = 32 << 10;
/** Batches that are put together, checked and stored at once. */
const HELD_BYTES_MAX = 128 << 20;
/** What an honest peer does not give, as it has checked it: else the batch is late, or its author's fault. */
const LIES: ReadonlySet<number> = new Set([
  ErrorCode.BATCH_MALFORMED,
  ErrorCode.BATCH_MISMATCH,
  ErrorCode.SIGNATURE_INVALID,
]);
/** It came too late, or from nobody who may make any: nothing that is wrong in it. */
const OUTSIDE: ReadonlySet<number> = new Set([
  ErrorCode.EXPIRED,
  ErrorCode.NOT_AUTHORIZED,
]);

export interface FetcherOptions extends OutlineParts {
  clock: Clock;
  log: Log;
  network: Network;
  transfer: Transfer;
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

/** What an outline's answer came to: a batch, checked, or what to put together. */
type Found = { batch: Uint8Array | undefined } | {
  /** Its payload. */
  bytes: number;
  gather: () => Promise<NamedBatch | undefined>;
};

/** Gets batches that this node does not hold: small ones whole, others in chunks from several peers. */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #chunks: ChunkFetcher;
  readonly #room = new Room(HELD_BYTES_MAX);
  readonly #running = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#chunks = new ChunkFetcher(options);
  }

  /** Checked and durable when it resolves; undefined where its author made it invalid. Rejects with the signal's reason, and with what keeps this node from checking or keeping it. */
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
    const running = this.#getOnce(digest, options);
    this.#running.set(name, running);
    try {
      return await running;
    } finally {
      this.#running.delete(name);
    }
  }

  async #getOnce(
    digest: Uint8Array,
    options: FetchOptions,
  ): Promise<Uint8Array | undefined> {
    const { clock, refused } = this.#options;
    const { height, signal } = options;
    for (;;) {
      const found = await this.#ask(digest, options);
      const batch = found && "gather" in found
        ? await this.#room.hold(found.bytes, signal, async () => {
          const named = await found.gather();
          return named && await this.#keep(named, height);
        })
        : found?.batch;
      if (batch || refused.has(digest)) return batch;
      await clock.sleep(PAUSE_MS, signal);
    }
  }

  /** The outline of a batch, or all of it. Undefined where no peer has it. */
  #ask(
    digest: Uint8Array,
    { from, height, signal }: FetchOptions,
  ): Promise<Found | undefined> {
    const { network, transfer } = this.#options;
    return transfer.get<Found>({
      ...{ topic: Topic.outline, body: digest, bytes: OUTLINE_BYTES },
      ...{ peers: () => network.peers(), first: from },
      read: async (answer, peer) => {
        const said = readOutline(this.#options, digest, answer);
        if (!said) return "wrong";
        if ("batch" in said) return await this.#readWhole(said, height, peer);
        if (said.header.validUntil < height) return "absent";
        const gather = async () => {
          const chunks = await this.#chunks.gather(digest, said, signal);
          return chunks && assembled(digest, said, chunks);
        };
        return { value: { bytes: said.header.payloadBytes, gather } };
      },
    }, signal);
  }

  async #readWhole(
    named: NamedBatch,
    height: bigint,
    peer: string,
  ): Promise<Reading<Found>> {
    const refusal = await this.refusal(named, height);
    if (refusal?.isAuthors) return { value: { batch: undefined } };
    if (!refusal) {
      await this.#options.store.putBatch(named.digest, named.batch);
      return { value: { batch: named.batch } };
    }
    this.#options.log.warn("a peer gave a batch that is not valid", {
      ...{ peer, digest: named.digest.toHex() },
      fault: ErrorCode[refusal.code],
    });
    return LIES.has(refusal.code) ? "wrong" : "absent";
  }

  /** Stores it, unless it is not valid. Each chunk of it is under the root that its author signed: what is wrong with it is its author's. */
  async #keep(
    named: NamedBatch,
    height: bigint,
  ): Promise<Uint8Array | undefined> {
    const { refused, store } = this.#options;
    const refusal = await this.refusal(named, height);
    if (!refusal) {
      await store.putBatch(named.digest, named.batch);
      return named.batch;
    }
    if (!refusal.isAuthors && !OUTSIDE.has(refusal.code)) {
      refused.add(named.digest, named.facts, refusal);
    }
    return undefined;
  }
}
