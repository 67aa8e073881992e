import { LRUCache } from "lru-cache";
import type { Kv, KvKey, KvMutation } from "../platform/mod.ts";
import { blobLength, deleteBlob, getBlob, isCorrupt, setBlob } from "./blob.ts";
import { concat, u32, u64 } from "../bytes/mod.ts";
import { type Bytes, Reader } from "./reader.ts";
import type { ByteCache } from "./cache.ts";
import type { CommitQueue } from "./commit_queue.ts";
import { STORAGE_LIMITS } from "./limits.ts";

/** More than blocks name while a batch may still come, and than wait for one. */
const KNOWN_MAX = 16_384;

const blobKey = (digest: Uint8Array): KvKey => ["batch", digest];
const looseKey = (digest: Uint8Array): KvKey => ["loose_batch", digest];

interface Loose {
  digest: Uint8Array;
  /** The tip when it was stored last. */
  tip: bigint;
  length: number;
}

/**
 * Batches by their digest. One is *loose* until a block names it: its mark is
 * written before its first byte and removed by the commit that makes the block
 * real, so whatever is left without a block can be found and removed.
 */
export class Batches {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #cache: ByteCache;
  readonly #loose = new Map<string, Loose>();
  /** Stored, or being stored, by this process, or named by a block lately; what an earlier one left is written again. */
  readonly #known = new LRUCache<string, Promise<void>>({ max: KNOWN_MAX });

  constructor(kv: Kv, queue: CommitQueue, cache: ByteCache) {
    this.#kv = kv;
    this.#queue = queue;
    this.#cache = cache;
  }

  /** `named` are those that a block named lately enough that they may still come. */
  async open(named: readonly Uint8Array[]): Promise<void> {
    for (const digest of named) {
      this.#known.set(digest.toHex(), Promise.resolve());
    }
    for await (
      const { key, value } of this.#kv.list({ prefix: ["loose_batch"] })
    ) {
      const digest = key[1] as Uint8Array;
      const reader = new Reader(value);
      const loose = { digest, tip: reader.u64(), length: reader.u32() };
      this.#loose.set(digest.toHex(), loose);
    }
  }

  /** Durable when it resolves. Of those that a block has named only such as may still be named by one may come. */
  async put(digest: Uint8Array, batch: Uint8Array, tip: bigint): Promise<void> {
    const name = digest.toHex();
    const isKnown = this.#known.has(name);
    const loose = this.#loose.get(name);
    if (isKnown && loose && loose.tip < tip) {
      await this.#mark({ ...loose, tip });
    }
    await (this.#known.get(name) ?? this.#store(digest, batch, tip));
  }

  /** Whether it is stored; if so, it counts as stored at `tip`. */
  async keep(digest: Uint8Array, tip: bigint): Promise<boolean> {
    const name = digest.toHex();
    if (!await this.has(digest)) return false;
    await this.#known.get(name);
    // A block may have named it meanwhile.
    const loose = this.#loose.get(name);
    if (loose && loose.tip < tip) await this.#mark({ ...loose, tip });
    return true;
  }

  async get(digest: Uint8Array): Promise<Bytes | undefined> {
    return await this.#cache.through(
      `batch/${digest.toHex()}`,
      () => this.#read(digest),
    );
  }

  /** What `read` makes of it; it must keep nothing of it. */
  async reading<T>(
    digest: Uint8Array,
    read: (batch: Uint8Array) => T,
  ): Promise<T | undefined> {
    return await this.#cache.reading(
      `batch/${digest.toHex()}`,
      () => this.#read(digest),
      read,
    );
  }

  async has(digest: Uint8Array): Promise<boolean> {
    const name = digest.toHex();
    if (this.#known.has(name)) return true;
    return this.#loose.has(name)
      ? await this.get(digest) !== undefined
      : await this.#isStored(digest);
  }

  /** Belongs into the commit of the block that names them. */
  takeOver(digests: readonly Uint8Array[]): KvMutation[] {
    return digests.map((digest) => {
      const name = digest.toHex();
      this.#loose.delete(name);
      if (!this.#known.has(name)) this.#known.set(name, Promise.resolve());
      return { type: "delete", key: looseKey(digest) };
    });
  }

  /** Removes those that no block has named for a while. */
  async sweep(tip: bigint): Promise<number> {
    const old = [...this.#loose].filter(([, loose]) =>
      loose.tip + STORAGE_LIMITS.looseBatchHeights < tip
    );
    for (const [name, loose] of old) {
      this.#known.delete(name);
      this.#cache.delete(`batch/${name}`);
      await this.#queue.commitAll([
        ...deleteBlob(blobKey(loose.digest), loose.length),
        { type: "delete", key: looseKey(loose.digest) },
      ]);
      // It may have been stored again in the meantime.
      if (!this.#known.has(name)) this.#loose.delete(name);
    }
    return old.length;
  }

  async #read(digest: Uint8Array): Promise<Bytes | undefined> {
    try {
      return await getBlob(this.#kv, blobKey(digest));
    } catch (thrown) {
      // One that was never acknowledged may be torn; it is then not there.
      if (this.#loose.has(digest.toHex()) && isCorrupt(thrown)) {
        return undefined;
      }
      throw thrown;
    }
  }

  async #isStored(digest: Uint8Array): Promise<boolean> {
    return await blobLength(this.#kv, blobKey(digest)) !== undefined;
  }

  #mark(loose: Loose): Promise<void> {
    this.#loose.set(loose.digest.toHex(), loose);
    return this.#queue.commit([setLoose(loose)]);
  }

  #store(digest: Uint8Array, batch: Uint8Array, tip: bigint): Promise<void> {
    const name = digest.toHex();
    const loose = { digest: digest.slice(), tip, length: batch.length };
    this.#loose.set(name, loose);
    const stored = this.#queue.commitAll([
      setLoose(loose),
      ...setBlob(blobKey(loose.digest), batch),
    ]);
    this.#known.set(name, stored);
    stored.then(
      () => this.#cache.set(`batch/${name}`, batch),
      () => this.#known.delete(name),
    );
    return stored;
  }
}

function setLoose({ digest, tip, length }: Loose): KvMutation {
  return {
    type: "set",
    key: looseKey(digest),
    value: concat(u64(tip), u32(length)),
  };
}
