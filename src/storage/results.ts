import type { BlockResult } from "../execution/types.ts";
import type { Kv, KvKey, KvMutation } from "../platform/mod.ts";
import { getBlob, isCorrupt, setBlob } from "./blob.ts";
import { concat, u32, u64 } from "../bytes/mod.ts";
import { Reader } from "./reader.ts";
import type { ByteCache } from "./cache.ts";
import type { CommitQueue } from "./commit_queue.ts";

const ROOT_BYTES = 32;

const blobKey = (height: bigint): KvKey => ["result", height];

/** Results of execution, by height. */
export class Results {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #cache: ByteCache;

  constructor(kv: Kv, queue: CommitQueue, cache: ByteCache) {
    this.#kv = kv;
    this.#queue = queue;
    this.#cache = cache;
  }

  /** The last height with a whole result; what is left of a later one is removed. */
  async open(): Promise<bigint> {
    while (true) {
      const last = this.#kv.list({ prefix: ["result"] }, {
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

  async get(height: bigint): Promise<BlockResult | undefined> {
    const record = await this.#cache.through(
      `result/${height}`,
      () => getBlob(this.#kv, blobKey(height)),
    );
    return record && decode(height, record);
  }

  async put(result: BlockResult): Promise<void> {
    const record = encode(result);
    await this.#queue.commitAll(setBlob(blobKey(result.height), record));
    this.#cache.set(`result/${result.height}`, record);
  }

  async #isWhole(height: bigint): Promise<boolean> {
    try {
      return await getBlob(this.#kv, blobKey(height)) !== undefined;
    } catch (thrown) {
      if (isCorrupt(thrown)) return false;
      throw thrown;
    }
  }

  async #remove(height: bigint): Promise<void> {
    const parts: KvMutation[] = [];
    for await (const { key } of this.#kv.list({ prefix: blobKey(height) })) {
      parts.push({ type: "delete", key });
    }
    await this.#queue.commitAll(parts);
  }
}

/** The record that is kept of a result; equal results have equal records. */
export function encode(result: BlockResult): Uint8Array {
  return concat(
    result.stateRoot,
    result.receiptsRoot,
    result.messagesRoot,
    u64(result.gasUsed),
    u32(result.transactionIds.length),
    result.transactionIds,
    result.receipts,
  );
}

function decode(height: bigint, record: Uint8Array): BlockResult {
  const reader = new Reader(record);
  return {
    height,
    stateRoot: reader.take(ROOT_BYTES),
    receiptsRoot: reader.take(ROOT_BYTES),
    messagesRoot: reader.take(ROOT_BYTES),
    gasUsed: reader.u64(),
    transactionIds: reader.take(reader.u32()),
    receipts: reader.rest(),
  };
}
