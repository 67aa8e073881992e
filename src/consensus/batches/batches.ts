import type { CoreExports } from "../../core/mod.ts";
import type { Executor, Waiting } from "../../execution/types.ts";
import type { Clock, Log, Network, Signer } from "../../platform/types.ts";
import type { Parameters } from "../../proto/gen/rustorium/v1/state_pb.ts";
import type { Store } from "../../storage/types.ts";
import { Forwarding, type Rota } from "../buckets/mod.ts";
import { equal } from "../../bytes/mod.ts";
import type { History } from "../history.ts";
import type { Journal } from "../journal.ts";
import type { Transfer } from "../transfer/mod.ts";
import type { Validators } from "../validators.ts";
import { Announcements } from "./announcement.ts";
import { Author } from "./author.ts";
import { type BatchFacts, isInTime, readBatch } from "./entry.ts";
import { ChunkSource } from "./chunk_source.ts";
import { Exchange } from "./exchange.ts";
import { Fetcher, type FetchOptions } from "./fetcher.ts";
import { BatchPool } from "./pool.ts";
import { Press } from "./press.ts";
import { RefusedBatches } from "./refused.ts";
import { Storing } from "./storing.ts";

/** Batches of one block come together, and are written together. */
const GATHER_MS = 10;
/** The store keeps each batch for many more heights than these. */
const FRESH_HEIGHTS = 2n;

export interface BatchesOptions {
  core: CoreExports;
  clock: Clock;
  log: Log;
  network: Network;
  transfer: Transfer;
  store: Store;
  executor: Executor;
  signer: Signer;
  journal: Journal;
  history: History;
  validators: Validators;
  rota: Rota;
  parameters: Pick<Parameters, "batchBytesMax" | "blockBatchesMax">;
  /** The own address. */
  address: Uint8Array;
  genesisHash: Uint8Array;
  batchTransactionsMax: number;
  /** Least time between two blocks. */
  blockTimeMs: number;
  onError: (error: unknown) => void;
  /** Hears of evidence against authors. */
  onEvidence: (evidence: Uint8Array) => void;
}

/** Where transactions come from and where blocks take them. */
export class Batches {
  /** Whether blocks need what others hold: batches are made as transactions come. Else they are made with the block. */
  readonly isEager: boolean;
  readonly #options: BatchesOptions;
  readonly #pool: BatchPool;
  readonly #storing: Storing;
  readonly #author: Author;
  readonly #fetcher: Fetcher;
  readonly #exchange: Exchange;
  readonly #announcements: Announcements;
  readonly #press: Press;
  readonly #forwarding: Forwarding;
  readonly #refused: RefusedBatches;
  #onEligible: () => void = () => undefined;
  #height = 1n;
  #buckets: Uint8Array | undefined;
  #making: Promise<void> | undefined;
  #stopped = false;

  constructor(options: BatchesOptions) {
    const { validators, address, clock, onError } = options;
    const power = validators.powerOf(address);
    this.isEager = !validators.isQuorum(power);
    this.#options = options;
    this.#pool = new BatchPool(validators);
    this.#storing = new Storing({
      ...options,
      gatherMs: this.isEager ? GATHER_MS : 0,
    });
    this.#author = new Author({
      ...options,
      ...{ pool: this.#pool, storing: this.#storing },
      buckets: (height) => this.#forwarding.batched(height),
    });
    this.#refused = new RefusedBatches({
      ...options,
      height: () => this.#height,
    });
    this.#fetcher = new Fetcher({ ...options, refused: this.#refused });
    new ChunkSource(options).start();
    this.#announcements = new Announcements(options);
    this.#exchange = new Exchange({
      ...options,
      announcements: this.#announcements,
      pool: this.#pool,
      storing: this.#storing,
      fetcher: this.#fetcher,
      refused: this.#refused,
      height: () => this.#height,
      validatorAt: (peer) => this.#forwarding.validatorAt(peer),
      onEligible: (digest) => {
        this.#press.ready(digest);
        this.#onEligible();
      },
    });
    this.#press = new Press({
      ...{ clock, onError, author: this.#author, pool: this.#pool },
      blockTimeMs: options.blockTimeMs,
      height: () => this.#height,
      publish: (own) => this.#exchange.publish(own),
    });
    this.#forwarding = new Forwarding({
      ...options,
      height: () => this.#height,
      neededMs: () => this.#press.forwardMs,
      isTaking: () => !this.#pool.isEmpty,
    });
  }

  /** Blocks up to `tip` are decided. `onEligible` hears when a batch could be named that could not before. */
  begin(tip: bigint, onEligible: () => void): void {
    this.#onEligible = onEligible;
    this.#proceed(tip + 1n);
    this.#forwarding.wake();
  }

  /** Transactions wait in the own mempool. */
  pending({ isReady, isFresh }: Waiting): void {
    if (isFresh) this.#forwarding.fresh();
    if (isReady) this.#wakePress();
  }

  #wakePress(): void {
    const isMember = this.#options.validators.powerOf(this.#options.address) >
      0n;
    if (this.isEager && isMember) this.#press.wake();
  }

  /** Evidence convicts the author of an invalid batch: no other of its is looked at for a while, unless a block names it. */
  mute(author: Uint8Array): void {
    this.#refused.mute(author);
  }

  /** Whether the next block could name one. */
  hasEligible(): boolean {
    return this.#pool.hasEligible(this.#height);
  }

  /** Whether it could name all that this node holds: no more are about to join them. */
  isComplete(): boolean {
    return !this.isEager || this.#pool.isHeldAll();
  }

  /** What the block at `height` should name, all of it durable here. */
  async choose(height: bigint): Promise<Uint8Array[]> {
    const { blockBatchesMax } = this.#options.parameters;
    if (!this.isEager) {
      this.#making ??= this.#make(height).finally(() => {
        this.#making = undefined;
      });
      // A later round takes what the one before is still making: what were made
      // beside it would have later nonces, and might be there first.
      await this.#making;
    }
    return await this.#storing.over(this.#pool.choose(height, blockBatchesMax));
  }

  /**
   * Whether a block at `height` may name these. All are valid and durable
   * then: what is missing is fetched, for as long as the signal allows.
   */
  async obtain(
    digests: readonly Uint8Array[],
    options: FetchOptions,
  ): Promise<boolean> {
    const stored = new Set(await this.#storing.over(digests));
    const facts = await Promise.all(
      digests.map((digest) =>
        stored.has(digest) && this.#lately(digest, options) ||
        this.#obtainOne(digest, options)
      ),
    );
    return facts.every((one) => one && isInTime(one, options.height));
  }

  /** How many transactions wait in these; undefined where one of them does not wait here. */
  transactionsIn(digests: readonly Uint8Array[]): number | undefined {
    const counts = digests.map((digest) =>
      this.#pool.factsOf(digest)?.transactionCount
    );
    return counts.every((count) => count !== undefined)
      ? counts.reduce((sum, count) => sum + count, 0)
      : undefined;
  }

  /** The block at `height` is decided and names these; the next starts at `nextMs` or later. */
  async settle(
    height: bigint,
    named: readonly Uint8Array[],
    nextMs: number,
  ): Promise<void> {
    this.#forwarding.decided(named.length > 0);
    this.#proceed(height + 1n);
    for (const payload of this.#pool.settle(height, named)) {
      await this.#options.executor.release(payload);
    }
    this.#exchange.decided(named.length > 0);
    this.#press.decided(named.length > 0, nextMs);
    // Others may be the authors of what waits from here on.
    this.#forwarding.wake();
    this.#wakePress();
  }

  /** Whether it is a validator's word that it holds batches. Throws where it cannot be read. */
  isWord(message: Uint8Array): boolean {
    return this.#announcements.read(message) !== undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#storing.write();
    this.#press.stop();
    this.#exchange.stop();
    this.#forwarding.stop();
  }

  /** Own buckets change from epoch to epoch, and where other authors come and go. */
  #proceed(height: bigint): void {
    const { executor, onError } = this.#options;
    this.#height = height;
    const own = this.#forwarding.kept(height);
    if (this.#buckets && equal(own, this.#buckets)) return;
    this.#buckets = own;
    executor.setBuckets(own).catch((error) => {
      if (!this.#stopped) onError(error);
    });
  }

  async #make(height: bigint): Promise<void> {
    const { blockBatchesMax } = this.#options.parameters;
    while (this.#pool.own < blockBatchesMax) {
      const own = await this.#author.next(height);
      if (!own) break;
      await own.stored;
    }
  }

  /** Of one that was stored so lately that it need not be kept for longer. */
  #lately(digest: Uint8Array, { height }: FetchOptions) {
    const isLate = this.#pool.isSince(digest, height - FRESH_HEIGHTS);
    return isLate ? this.#pool.factsOf(digest) : undefined;
  }

  async #obtainOne(
    digest: Uint8Array,
    options: FetchOptions,
  ): Promise<BatchFacts | undefined> {
    const { core, store } = this.#options;
    const isStored = await store.keepBatch(digest);
    const known = isStored && this.#pool.factsOf(digest);
    if (known) return known;
    const batch = isStored
      ? await store.batch(digest)
      : await this.#fetcher.fetch(digest, options);
    if (!batch) return undefined;
    const facts = this.#pool.factsOf(digest) ??
      readBatch(core, batch)?.facts;
    if (!isStored && facts) this.#exchange.fetched(digest, facts);
    return facts;
  }
}
