import { fromBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../errors/mod.ts";
import type {
  BlockResult,
  Page,
  PageName,
  Pages,
  Roots,
} from "../execution/types.ts";
import type { Kv, Log } from "../platform/mod.ts";
import { type Block, BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import type { Archive } from "./archive.ts";
import { Batches } from "./batches.ts";
import { Blocks } from "./blocks.ts";
import { equal } from "../bytes/mod.ts";
import { ByteCache } from "./cache.ts";
import { Checkpoints } from "./checkpoint/mod.ts";
import { CommitQueue } from "./commit_queue.ts";
import { Ids } from "./ids.ts";
import { TransactionIndex } from "./index/mod.ts";
import { type IndexLimits, STORAGE_LIMITS } from "./limits.ts";
import { FORMAT_VERSION, Meta, setTip } from "./meta.ts";
import { migrate } from "./migration.ts";
import { Offences } from "./offences.ts";
import { encodeRoots } from "./result_record.ts";
import { Results } from "./results.ts";
import type {
  Checkpoint,
  OffenceRecord,
  Store,
  StoredBlock,
  TransactionPosition,
} from "./types.ts";

export interface StoreOptions {
  core: Archive;
  log: Log;
  /** Memory for what was read or written last. */
  cacheBytesMax?: number;
  index?: Partial<IndexLimits>;
}

/**
 * The store in this thread, over a `Kv` that nobody else writes to; closing it
 * closes `kv`. Removes what an earlier run left unfinished.
 */
export async function openStore(kv: Kv, options: StoreOptions): Promise<Store> {
  const store = new KvStore(kv, options);
  await store.open();
  return store;
}

class KvStore implements Store {
  readonly #kv: Kv;
  readonly #log: Log;
  readonly #queue: CommitQueue;
  readonly #meta: Meta;
  readonly #batches: Batches;
  readonly #blocks: Blocks;
  readonly #offences: Offences;
  readonly #results: Results;
  readonly #index: TransactionIndex;
  readonly #checkpoints: Checkpoints;
  #tip = 0n;
  #lastResult = 0n;
  /** Results are kept in the order in which they came. */
  #lastPut: Promise<void> = Promise.resolve();

  constructor(
    kv: Kv,
    {
      core,
      log,
      index,
      cacheBytesMax = STORAGE_LIMITS.cacheBytesMax,
    }: StoreOptions,
  ) {
    const cache = new ByteCache(cacheBytesMax);
    this.#kv = kv;
    this.#log = log;
    this.#queue = new CommitQueue(kv);
    this.#meta = new Meta(kv, this.#queue);
    this.#batches = new Batches(kv, this.#queue, cache);
    this.#blocks = new Blocks(kv, this.#queue, cache);
    this.#offences = new Offences(kv, this.#queue);
    const ids = new Ids({
      core,
      cache,
      genesisHash: () => this.#meta.genesisHash(),
      digests: (height) => this.#digests(height),
      batches: this.#batches,
    });
    const parts = { kv, queue: this.#queue, cache, log, core };
    this.#results = new Results({ ...parts, ids });
    this.#index = new TransactionIndex({
      ...parts,
      isAt: (id, position) => this.#results.isAt(id, position),
      ...(index && { limits: index }),
    });
    this.#checkpoints = new Checkpoints(kv, this.#queue);
  }

  async open(): Promise<void> {
    const format = await this.#meta.format();
    this.#tip = await this.#meta.tip();
    await this.#batches.open(await this.#namedLately());
    const batches = await this.#batches.sweep(this.#tip);
    const blockParts = await this.#blocks.sweep(this.#tip);
    await this.#offences.open(this.#tip, async (height) => {
      const block = await this.#blocks.get(height);
      return block ? read(block).evidence : [];
    });
    if (format < FORMAT_VERSION) {
      this.#log.info("stored data are brought to the present format", {
        format,
        now: FORMAT_VERSION,
      });
      await migrate(this.#kv, this.#queue, this.#results);
    }
    this.#lastResult = await this.#results.open();
    await this.#index.open(this.#lastResult, (height) => this.#run(height));
    await this.#checkpoints.open(this.#meta);
    const { height } = this.#checkpoints.marker ?? {};
    this.#log.info("store opened", {
      tip: this.#tip,
      checkpoint: height,
      swept: { batches, blockParts },
    });
  }

  genesis(): Promise<Uint8Array | undefined> {
    return this.#meta.genesis();
  }

  initialise(genesis: Uint8Array, genesisHash: Uint8Array): Promise<void> {
    return this.#meta.initialise(genesis, genesisHash);
  }

  putBatch(digest: Uint8Array, batch: Uint8Array): Promise<void> {
    return this.#batches.put(digest, batch, this.#tip);
  }

  keepBatch(digest: Uint8Array): Promise<boolean> {
    return this.#batches.keep(digest, this.#tip);
  }

  batch(digest: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#batches.get(digest);
  }

  tip(): Promise<bigint> {
    return Promise.resolve(this.#tip);
  }

  async commitBlock(
    block: StoredBlock,
    batches: readonly Uint8Array[],
  ): Promise<void> {
    if (block.height <= this.#tip) return await this.#checkSame(block);
    if (block.height !== this.#tip + 1n) {
      throw fault(ErrorCode.STORAGE_FAULT, {
        height: block.height,
        tip: this.#tip,
      });
    }
    const { batches: digests, evidence } = read(block);
    await this.#putBatches(digests, batches);
    await this.#queue.commitAll([
      ...this.#blocks.put(block),
      ...this.#batches.takeOver(digests),
      ...this.#offences.put(block.height, evidence),
      setTip(block.height),
    ]);
    this.#tip = block.height;
    if (this.#tip % STORAGE_LIMITS.sweepHeights === 0n) this.#sweepBatches();
  }

  block(height: bigint): Promise<StoredBlock | undefined> {
    return height > this.#tip
      ? Promise.resolve(undefined)
      : this.#blocks.get(height);
  }

  offences(): Promise<OffenceRecord[]> {
    return Promise.resolve(this.#offences.all());
  }

  putResult(result: BlockResult): Promise<void> {
    const put = this.#lastPut.then(() => this.#putResult(result));
    this.#lastPut = put.catch(() => undefined);
    return put;
  }

  result(height: bigint): Promise<BlockResult | undefined> {
    return this.#results.get(height);
  }

  roots(height: bigint): Promise<Roots | undefined> {
    return this.#results.roots(height);
  }

  transaction(id: Uint8Array): Promise<TransactionPosition | undefined> {
    return this.#index.find(id);
  }

  putCheckpoint(
    height: bigint,
    stateRoot: Uint8Array,
    pages: Pages,
  ): Promise<void> {
    return this.#checkpoints.put(height, stateRoot, pages);
  }

  pages(names: readonly PageName[]): Promise<Page[]> {
    return this.#checkpoints.some(names);
  }

  checkpoint(): Promise<Checkpoint | undefined> {
    const marker = this.#checkpoints.marker;
    const pages = (height: bigint) => this.#checkpoints.all(height);
    return Promise.resolve(
      marker && { ...marker, pages: () => pages(marker.height) },
    );
  }

  async close(): Promise<void> {
    await this.#checkpoints.idle();
    await this.#index.close();
    await this.#queue.idle();
    this.#kv.close();
  }

  async #putBatches(
    digests: Uint8Array[],
    batches: readonly Uint8Array[],
  ): Promise<void> {
    if (batches.length > 0 && batches.length !== digests.length) {
      throw fault(ErrorCode.BLOCK_MALFORMED, {
        named: digests.length,
        given: batches.length,
      });
    }
    await Promise.all(digests.map(async (digest, n) => {
      const batch = batches[n];
      if (batch) return await this.#batches.put(digest, batch, this.#tip);
      if (await this.#batches.has(digest)) return;
      throw fault(ErrorCode.STORAGE_FAULT, { missingBatch: digest.toHex() });
    }));
  }

  /** The same height again is fine; another block at it is not. */
  async #checkSame(block: StoredBlock): Promise<void> {
    const stored = await this.#blocks.get(block.height);
    if (stored && equal(stored.blockId, block.blockId)) return;
    throw fault(ErrorCode.STORAGE_CORRUPT, {
      height: block.height,
      stored: stored?.blockId.toHex(),
      given: block.blockId.toHex(),
    });
  }

  async #putResult(result: BlockResult): Promise<void> {
    const { height } = result;
    if (height <= this.#lastResult && await this.#isKnown(result)) return;
    const packed = await this.#results.pack(result);
    await this.#results.put(packed);
    await this.#index.add(height, packed.run);
    if (height > this.#lastResult) this.#lastResult = height;
  }

  /** Execution repeated after a restart must give what it gave before. */
  async #isKnown(result: BlockResult): Promise<boolean> {
    const stored = await this.#results.roots(result.height);
    if (!stored) return false;
    if (equal(encodeRoots(stored), encodeRoots(result))) return true;
    throw fault(ErrorCode.REPLAY_MISMATCH, {
      height: result.height,
      stateRoot: stored.stateRoot.toHex(),
      given: result.stateRoot.toHex(),
    });
  }

  async #run(height: bigint): Promise<Uint8Array | undefined> {
    const result = await this.#results.get(height);
    return result && (await this.#results.pack(result)).run;
  }

  async #namedLately(): Promise<Uint8Array[]> {
    const named: Uint8Array[] = [];
    const { looseBatchHeights } = STORAGE_LIMITS;
    for (
      let height = this.#tip;
      height > 0n && height + looseBatchHeights > this.#tip;
      height--
    ) named.push(...await this.#digests(height) ?? []);
    return named;
  }

  async #digests(height: bigint): Promise<Uint8Array[] | undefined> {
    const block = height <= this.#tip && await this.#blocks.get(height);
    return block ? read(block).batches : undefined;
  }

  #sweepBatches(): void {
    this.#batches.sweep(this.#tip).catch((error) => {
      this.#log.error("sweep of batches stopped", { error });
    });
  }
}

function read({ height, block }: StoredBlock): Block {
  try {
    return fromBinary(BlockSchema, block);
  } catch {
    throw fault(ErrorCode.BLOCK_MALFORMED, { height });
  }
}
