import type { Kv, KvKey, KvMutation } from "../platform/mod.ts";
import { getBlob, setBlob } from "./blob.ts";
import { concat, u32 } from "../bytes/mod.ts";
import { Reader } from "./reader.ts";
import type { ByteCache } from "./cache.ts";
import type { CommitQueue } from "./commit_queue.ts";
import type { StoredBlock } from "./types.ts";

const BLOCK_ID_BYTES = 32;

const blobKey = (height: bigint): KvKey => ["block", height];

/** Decided blocks with their certificates, by height. Those above the tip are not real. */
export class Blocks {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #cache: ByteCache;

  constructor(kv: Kv, queue: CommitQueue, cache: ByteCache) {
    this.#kv = kv;
    this.#queue = queue;
    this.#cache = cache;
  }

  async get(height: bigint): Promise<StoredBlock | undefined> {
    return await this.#cache.reading(
      `block/${height}`,
      () => getBlob(this.#kv, blobKey(height)),
      (record) => decode(height, record),
    );
  }

  /** It is there once these are committed; nobody may ask for it before. */
  put(block: StoredBlock): KvMutation[] {
    const record = encode(block);
    this.#cache.set(`block/${block.height}`, record);
    return setBlob(blobKey(block.height), record);
  }

  /** Removes parts of a block that did not become real. */
  async sweep(tip: bigint): Promise<number> {
    const above = this.#kv.list({
      prefix: ["block"],
      start: blobKey(tip + 1n),
    });
    const parts: KvMutation[] = [];
    for await (const { key } of above) parts.push({ type: "delete", key });
    await this.#queue.commitAll(parts);
    return parts.length;
  }
}

function encode({ blockId, block, certificate }: StoredBlock): Uint8Array {
  return concat(blockId, u32(block.length), block, certificate);
}

function decode(height: bigint, record: Uint8Array): StoredBlock {
  const reader = new Reader(record);
  const blockId = reader.take(BLOCK_ID_BYTES);
  const block = reader.take(reader.u32());
  return { height, blockId, block, certificate: reader.rest() };
}
