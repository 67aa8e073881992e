import type { BlockResult, Roots } from "../execution/types.ts";
import type { Kv, KvKey, KvMutation } from "../platform/mod.ts";
import type { Archive } from "./archive.ts";
import { getBlob, isCorrupt, setBlob } from "./blob.ts";
import type { ByteCache } from "./cache.ts";
import type { CommitQueue } from "./commit_queue.ts";
import type { Ids } from "./ids.ts";
import { STORAGE_LIMITS } from "./limits.ts";
import {
  decodeRoots,
  encodeRoots,
  readRecord,
  unpackSized,
} from "./result_record.ts";
import { concat } from "../bytes/mod.ts";
import type { TransactionPosition } from "./types.ts";

const PREFIX: KvKey = ["outcome"];

const blobKey = (height: bigint): KvKey => [...PREFIX, height];

/** What results are made of. */
export interface ResultsParts {
  kv: Kv;
  queue: CommitQueue;
  cache: ByteCache;
  core: Archive;
  ids: Ids;
}

/** A result on its way to the disk, and what the index takes of it. */
export interface PackedResult {
  height: bigint;
  record: Uint8Array;
  run: Uint8Array;
}

/** Results of execution, by height. Ids of transactions follow from the batches, where these are stored. */
export class Results {
  readonly #parts: ResultsParts;
  /** By height those that are not durable yet. */
  readonly #riding = new Map<bigint, Uint8Array>();

  constructor(parts: ResultsParts) {
    this.#parts = parts;
  }

  /** The last height with a whole result; what is left of a later one is removed. */
  async open(): Promise<bigint> {
    while (true) {
      const last = this.#parts.kv.list({ prefix: PREFIX }, {
        reverse: true,
        limit: 1,
      });
      let height: bigint | undefined;
      for await (const { key } of last) height = key[1] as bigint;
      if (height === undefined) return 0n;
      if (await this.#isWhole(height)) return height;
      await this.#remove(height);
    }
  }

  async roots(height: bigint): Promise<Roots | undefined> {
    const roots = await this.#reading(height, decodeRoots);
    return roots && { height, ...roots };
  }

  async get(height: bigint): Promise<BlockResult | undefined> {
    const record = await this.#record(height);
    if (!record) return undefined;
    const { named, packed } = readRecord(record);
    const transactionIds = await this.#parts.ids.all(height, named);
    return {
      height,
      ...decodeRoots(record),
      transactionIds,
      receipts: this.#parts.core.unpackReceipts(packed, transactionIds),
    };
  }

  /** Whether the transaction there has that id. */
  async isAt(
    id: Uint8Array,
    { height, index }: TransactionPosition,
  ): Promise<boolean> {
    const { ids } = this.#parts;
    // Ids that stand in the record are compared at once.
    const isAt = await this.#reading(
      height,
      (record) => ids.isAt(height, readRecord(record).named, index, id),
    );
    return isAt ?? false;
  }

  /** Throws STORAGE_CORRUPT for receipts that cannot be read: such a result must not be kept. */
  async pack(result: BlockResult): Promise<PackedResult> {
    const { height, transactionIds, receipts } = result;
    const { core, ids } = this.#parts;
    const [packed, run] = unpackSized(
      core.packResult(height, transactionIds, receipts),
    );
    const named = await ids.name(height, transactionIds);
    return { height, record: concat(encodeRoots(result), named, packed), run };
  }

  /** A small one is durable with the next commit: where it is lost, execution makes it again. */
  async put({ height, record }: PackedResult): Promise<void> {
    const { queue, cache } = this.#parts;
    const mutations = setBlob(blobKey(height), record);
    if (record.length > STORAGE_LIMITS.ridingResultBytesMax) {
      await queue.commitAll(mutations);
    } else {
      if (queue.fault) throw queue.fault;
      this.#riding.set(height, record);
      queue.ride(mutations).then(
        () => this.#riding.delete(height),
        // Whoever writes next hears of it.
        () => undefined,
      );
    }
    cache.set(`result/${height}`, record);
  }

  async #record(height: bigint): Promise<Uint8Array | undefined> {
    return this.#riding.get(height) ?? await this.#parts.cache.through(
      `result/${height}`,
      () => getBlob(this.#parts.kv, blobKey(height)),
    );
  }

  /** What `read` makes of it; it must keep nothing of it. */
  async #reading<T>(
    height: bigint,
    read: (record: Uint8Array) => T,
  ): Promise<T | undefined> {
    const riding = this.#riding.get(height);
    return riding ? read(riding) : await this.#parts.cache.reading(
      `result/${height}`,
      () => getBlob(this.#parts.kv, blobKey(height)),
      read,
    );
  }

  async #isWhole(height: bigint): Promise<boolean> {
    try {
      return await getBlob(this.#parts.kv, blobKey(height)) !== undefined;
    } catch (thrown) {
      if (isCorrupt(thrown)) return false;
      throw thrown;
    }
  }

  async #remove(height: bigint): Promise<void> {
    const parts: KvMutation[] = [];
    const prefix = blobKey(height);
    for await (const { key } of this.#parts.kv.list({ prefix })) {
      parts.push({ type: "delete", key });
    }
    await this.#parts.queue.commitAll(parts);
  }
}
