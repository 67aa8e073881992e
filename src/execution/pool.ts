import type { core } from "../core/mod.ts";
import { join } from "../bytes/mod.ts";
import { readU32 } from "./bytes.ts";
import type { Shard } from "./shard.ts";
import type {
  BatchDraft,
  BatchLimits,
  BatchRefusal,
  ForwardLimits,
  SubmitResult,
} from "./types.ts";

const HASH = 32;
const ANSWER = HASH + 4;
const NOT_OWNED = 0xffffffff;
const DRAFT_HEAD = 2 * HASH + 4;
const VERDICT_HEAD = 5;

/** The set of all 256 buckets. */
export const ALL_BUCKETS: Uint8Array = new Uint8Array(32).fill(0xff);

export interface Waiting {
  isReady: boolean;
  isFresh: boolean;
}

/** The mempools of all shards as one. */
export class Pool {
  readonly #shards: readonly Shard[];
  readonly #coordinator: core.Coordinator;
  /** Who is asked first for the next batch. */
  #first = 0;

  constructor(shards: readonly Shard[], coordinator: core.Coordinator) {
    this.#shards = shards;
    this.#coordinator = coordinator;
  }

  async submit(envelopes: Uint8Array): Promise<SubmitResult> {
    return mergeAnswers(
      await this.#each((shard) => shard.submit(envelopes)),
    );
  }

  async pending(): Promise<{ transactions: number; bytes: number }> {
    const all = await this.#each((shard) => shard.pending());
    return {
      transactions: all.reduce((sum, one) => sum + one.transactions, 0),
      bytes: all.reduce((sum, one) => sum + one.bytes, 0),
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
    return readDraft(this.#coordinator.draft(payloads));
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

  async release(payload: Uint8Array): Promise<void> {
    await this.#each((shard) => shard.release(payload));
  }

  async checkBatch(
    batch: Uint8Array,
    height: bigint,
  ): Promise<BatchRefusal | undefined> {
    const refusal = readVerdict(this.#coordinator.checkBatch(batch, height));
    if (refusal) return refusal;
    const verdicts = await this.#each((shard) => shard.checkBatch(batch));
    return verdicts.map(readVerdict).find((one) => one !== undefined);
  }

  #each<T>(call: (shard: Shard) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#shards.map(call));
  }
}

/** Of the shards' answers to the same envelopes, for each the owner's. */
export function mergeAnswers(answers: readonly Uint8Array[]): SubmitResult {
  const count = (answers[0]?.length ?? 0) / ANSWER;
  const ids = new Uint8Array(count * HASH);
  const codes = new Uint32Array(count).fill(NOT_OWNED);
  for (const answer of answers) {
    for (let at = 0; at < count; at++) {
      const code = readU32(answer, at * ANSWER + HASH);
      if (code === NOT_OWNED) continue;
      codes[at] = code;
      const start = at * ANSWER;
      ids.set(answer.subarray(start, start + HASH), at * HASH);
    }
  }
  return { ids, codes };
}

/** `slot count (u16)`, then 9 bytes for each slot: `slot | transactions (u32) | offset (u32)`. */
function countOf(payload: Uint8Array): number {
  const slots = payload.length === 0 ? 0 : payload[0]! + 256 * payload[1]!;
  let count = 0;
  for (let slot = 0; slot < slots; slot++) {
    count += readU32(payload, 2 + slot * 9 + 1);
  }
  return count;
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
