/** Where each transaction is: a log-structured merge tree of sorted segments. */
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { BlockResult } from "../../execution/types.ts";
import type { Kv, Log } from "../../platform/mod.ts";
import type { ByteCache } from "../cache.ts";
import type { CommitQueue } from "../commit_queue.ts";
import { INDEX_LIMITS, type IndexLimits } from "../limits.ts";
import type { TransactionPosition } from "../types.ts";
import {
  compareIds,
  ENTRY_BYTES,
  findEntry,
  ID_BYTES,
  lowerBound,
  positionAt,
  prevails,
} from "./entry.ts";
import {
  EMPTY_MANIFEST,
  type Manifest,
  readManifest,
  type Segment,
  setManifest,
} from "./manifest.ts";
import { mergeSegments } from "./merge.ts";
import { PendingEntries } from "./pending.ts";
import { runOf } from "./run.ts";
import {
  deleteSegment,
  readChunk,
  readFence,
  SegmentWriter,
  sweepSegments,
} from "./segment.ts";

export { runOf } from "./run.ts";

/** So many unfinished flushes' worth of entries make the writer of results wait. */
const PENDING_FLUSHES_MAX = 8;

export class TransactionIndex {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #cache: ByteCache;
  readonly #log: Log;
  readonly #limits: IndexLimits;
  #manifest: Manifest = EMPTY_MANIFEST;
  #pending = new PendingEntries();
  /** On its way into a segment. */
  #flushing = new PendingEntries();
  #work: Promise<void> | undefined;
  #closing = false;

  constructor(
    kv: Kv,
    queue: CommitQueue,
    cache: ByteCache,
    log: Log,
    limits: Partial<IndexLimits> = {},
  ) {
    this.#limits = { ...INDEX_LIMITS, ...limits };
    this.#kv = kv;
    this.#queue = queue;
    this.#cache = cache;
    this.#log = log;
  }

  /** `result` reads what is newer than the segments, up to `last`. */
  async open(
    last: bigint,
    result: (height: bigint) => Promise<BlockResult | undefined>,
  ): Promise<void> {
    this.#manifest = await readManifest(this.#kv);
    const real = new Set(this.#manifest.segments.map(({ id }) => id));
    await sweepSegments(this.#kv, this.#queue, real);
    for (let height = this.#manifest.height + 1n; height <= last; height++) {
      const found = await result(height);
      if (found) this.#pending.add(height, runOf(found));
    }
    this.#maintain();
  }

  /** Takes the run of the next height. Waits only when segments are written more slowly than results come. */
  async add(height: bigint, run: Uint8Array): Promise<void> {
    this.#pending.add(height, run);
    this.#maintain();
    const entriesMax = PENDING_FLUSHES_MAX * this.#limits.pendingEntriesMax;
    if (this.#pending.entries > entriesMax) await this.#work;
  }

  async find(id: Uint8Array): Promise<TransactionPosition | undefined> {
    const manifest = this.#manifest;
    const runs = [...this.#pending.runs, ...this.#flushing.runs];
    const chunks = await Promise.all(
      manifest.segments.map((segment) => this.#chunkFor(segment, id)),
    );
    if (chunks.includes(undefined)) {
      // A merge has replaced a segment in the meantime.
      if (this.#manifest !== manifest) return await this.find(id);
      throw fault(ErrorCode.STORAGE_CORRUPT, { index: "a segment is missing" });
    }
    const entries = [...runs, ...chunks].flatMap((run) =>
      run && findEntry(run, id) || []
    );
    const first = entries.reduce<Uint8Array | undefined>(
      (best, entry) => best && prevails(best, 0, entry, 0) ? best : entry,
      undefined,
    );
    return first && positionAt(first, 0);
  }

  /** Lets the step under way end. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#work;
  }

  /** The chunk that would hold `id`, empty if none would; undefined when the segment is gone. */
  async #chunkFor(
    { id: segment }: Segment,
    id: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    const fence = await this.#cache.through(
      `index/fence/${segment}`,
      () => readFence(this.#kv, segment),
    );
    if (!fence) return undefined;
    const above = lowerBound(fence, id, ID_BYTES);
    const isFirst = above < fence.length &&
      compareIds(fence, above, id, 0) === 0;
    const n = above / ID_BYTES - (isFirst ? 0 : 1);
    if (n < 0) return new Uint8Array();
    return await this.#cache.through(
      `index/chunk/${segment}/${n}`,
      () => readChunk(this.#kv, segment, n),
    );
  }

  #maintain(): void {
    this.#work ??= this.#steps().catch((error) => {
      this.#log.error("transaction index stopped", { error });
    }).finally(() => this.#work = undefined);
  }

  async #steps(): Promise<void> {
    while (!this.#closing && !this.#queue.fault) {
      const level = crowdedLevel(this.#manifest.segments, this.#limits.fanout);
      if (this.#pending.isFull(this.#limits)) await this.#flush();
      else if (level !== undefined) await this.#merge(level);
      else return;
    }
  }

  async #flush(): Promise<void> {
    this.#flushing = this.#pending;
    this.#pending = new PendingEntries();
    const run = this.#flushing.merged();
    const writer = new SegmentWriter(this.#manifest.nextId, this.#queue);
    for (let at = 0; at < run.length; at += ENTRY_BYTES) {
      writer.add(run, at);
      if (writer.full) await writer.flush();
    }
    const added = run.length > 0 ? [await writer.finish(0)] : [];
    await this.#replace([], added, this.#flushing.height);
    this.#flushing = new PendingEntries();
  }

  async #merge(level: number): Promise<void> {
    const old = this.#manifest.segments.filter((segment) =>
      segment.level === level
    );
    const writer = new SegmentWriter(this.#manifest.nextId, this.#queue);
    await mergeSegments(this.#kv, old, writer);
    await this.#replace(
      old,
      [await writer.finish(level + 1)],
      this.#manifest.height,
    );
    await this.#queue.commitAll(old.flatMap(deleteSegment));
  }

  async #replace(
    old: Segment[],
    added: Segment[],
    height: bigint,
  ): Promise<void> {
    const { segments, nextId } = this.#manifest;
    const kept = segments.filter((segment) => !old.includes(segment));
    const manifest = {
      nextId: nextId + 1,
      height,
      segments: [...kept, ...added],
    };
    await this.#queue.commit([setManifest(manifest)]);
    this.#manifest = manifest;
  }
}

function crowdedLevel(
  segments: readonly Segment[],
  fanout: number,
): number | undefined {
  const counts = new Map<number, number>();
  for (const { level } of segments) {
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return [...counts].find(([, count]) => count >= fanout)
    ?.[0];
}
