import type { core, CoreExports } from "../core/mod.ts";
import { join } from "../bytes/mod.ts";
import { readU32 } from "./bytes.ts";
import { countOf, partsOf, readBatch } from "./parts.ts";
import type { Shard } from "./shard.ts";
import type {
  BatchDraft,
  BatchLimits,
  BatchRefusal,
  ForwardLimits,
  Pending,
  Waiting,
} from "./types.ts";

const HASH = 32;
const DRAFT_HEAD = 2 * HASH + 4;
const VERDICT_HEAD = 5;

/** The set of all 256 buckets. */
export const ALL_BUCKETS: Uint8Array = new Uint8Array(32).fill(0xff);

export interface PoolOptions {
  core: CoreExports;
  shards: readonly Shard[];
  coordinator: core.Coordinator;
  /** For each slot the number of its shard. */
  shardOf: Uint8Array;
}

/** The mempools of all shards as one, and the batches on their way through them. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #shards: readonly Shard[];
  /** Who is asked first for the next batch. */
  #first = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#shards = options.shards;
  }

  async pending(): Promise<Pending> {
    const all = await this.#each((shard) => shard.pending());
    const sum = (name: keyof Pending) =>
      all.reduce((sum, one) => sum + one[name], 0);
    return {
      transactions: sum("transactions"),
      takeable: sum("takeable"),
      taken: sum("taken"),
      bytes: sum("bytes"),
    };
  }

  /** Whether a batch of the own buckets would not be empty, and whether something of the others was never forwarded. */
  async waiting(own: Uint8Array): Promise<Waiting> {
    const all = await this.#each((shard) => shard.waiting(own));
    return {
      isReady: all.some((one) => (one & 1) > 0),
      isFresh: all.some((one) => (one & 2) > 0),
    };
  }

  /** One shard after the other takes what the ones before left of the room. */
  async assemble(
    { height, bytes, transactions, buckets = ALL_BUCKETS }: BatchLimits,
  ): Promise<BatchDraft | undefined> {
    const payloads: Uint8Array[] = [];
    const count = this.#shards.length;
    for (let turn = 0; turn < count && bytes > 0 && transactions > 0; turn++) {
      const shard = this.#shards[(this.#first + turn) % count]!;
      const limits = { height, bytes, transactions, buckets };
      const payload = await shard.assemble(limits);
      payloads.push(payload);
      bytes -= payload.length;
      transactions -= countOf(payload);
    }
    this.#first = (this.#first + 1) % count;
    const draft = readDraft(this.#options.coordinator.draft(payloads));
    if (draft) await this.#each((shard) => shard.name(draft.payloadRoot));
    return draft;
  }

  /** As `assemble`. */
  async forward(limits: ForwardLimits): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let { bytes } = limits;
    for (const shard of this.#shards) {
      const chunk = await shard.forward({ ...limits, bytes });
      chunks.push(chunk);
      bytes -= chunk.length;
    }
    return chunks.length === 1 ? chunks[0]! : join(chunks);
  }

  async lull(): Promise<void> {
    await this.#each((shard) => shard.lull());
  }

  async release(payload: Uint8Array): Promise<void> {
    const parts = this.#partsOf(payload);
    await this.#each((shard, at) => shard.release(parts[at]!));
  }

  /** The draft of that payload has become a batch. */
  async name(
    payloadRoot: Uint8Array,
    digest: Uint8Array,
    until: bigint,
  ): Promise<void> {
    await this.#each((shard) => shard.rename(payloadRoot, digest, until));
  }

  async checkBatch(
    batch: Uint8Array,
    height: bigint,
  ): Promise<BatchRefusal | undefined> {
    const { core, coordinator } = this.#options;
    const refusal = readVerdict(coordinator.checkBatch(batch, height));
    if (refusal) return refusal;
    const { name, until, payload } = readBatch(core, batch);
    const parts = this.#partsOf(payload);
    const faults = await this.#each((shard, at) =>
      shard.checkBatch(name, until, parts[at]!)
    );
    const first = faults.find((one) => one.length > 0);
    return first && readVerdict(coordinator.refuse(batch, first));
  }

  /** Has the shards keep a batch that was checked before. */
  async learn(batch: Uint8Array): Promise<void> {
    const { name, until, payload } = readBatch(this.#options.core, batch);
    const parts = this.#partsOf(payload);
    await this.#each((shard, at) => shard.learn(name, until, parts[at]!));
  }

  /** Of these batches those that not all shards know. */
  async unknown(digests: readonly Uint8Array[]): Promise<Uint8Array[]> {
    if (digests.length === 0) return [];
    const names = join(digests);
    const missing = new Set<string>();
    for (const table of await this.#each((shard) => shard.unknown(names))) {
      for (let at = 0; at < table.length; at += HASH) {
        missing.add(table.subarray(at, at + HASH).toHex());
      }
    }
    return digests.filter((digest) => missing.has(digest.toHex()));
  }

  #partsOf(payload: Uint8Array): Uint8Array[] {
    return partsOf(payload, this.#options.shardOf, this.#shards.length);
  }

  #each<T>(call: (shard: Shard, at: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#shards.map(call));
  }
}

/** Empty where nothing is wrong, else `code (u32) | by the author (u8) | Evidence`. */
function readVerdict(verdict: Uint8Array): BatchRefusal | undefined {
  if (verdict.length === 0) return undefined;
  const evidence = verdict.slice(VERDICT_HEAD);
  return {
    code: readU32(verdict, 0),
    isAuthors: verdict[4] === 1,
    ...(evidence.length > 0 && { evidence }),
  };
}

function readDraft(draft: Uint8Array): BatchDraft | undefined {
  if (draft.length === 0) return undefined;
  return {
    payloadRoot: draft.slice(0, HASH),
    transactionsRoot: draft.slice(HASH, 2 * HASH),
    transactionCount: readU32(draft, 2 * HASH),
    payload: draft.slice(DRAFT_HEAD),
  };
}
