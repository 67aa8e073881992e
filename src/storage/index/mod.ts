/** Where each transaction is: a log-structured merge tree of sorted segments. */
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Kv, Log } from "../../platform/mod.ts";
import type { Archive } from "../archive.ts";
import type { ByteCache } from "../cache.ts";
import type { CommitQueue } from "../commit_queue.ts";
import { INDEX_LIMITS, type IndexLimits } from "../limits.ts";
import type { TransactionPosition } from "../types.ts";
import { byPrecedence, type Candidate, candidates } from "./entry.ts";
import {
  EMPTY_MANIFEST,
  type Manifest,
  readManifest,
  type Segment,
  setManifest,
} from "./manifest.ts";
import { mergeSegments } from "./merge.ts";
import { PendingEntries } from "./pending.ts";
import {
  chunksWith,
  deleteSegment,
  readChunk,
  readFence,
  SegmentWriter,
  sweepSegments,
} from "./segment.ts";

/** So many unfinished flushes' worth of entries make the writer of results wait. */
const PENDING_FLUSHES_MAX = 8;

/** What the index is made of. */
export interface IndexParts {
  kv: Kv;
  queue: CommitQueue;
  cache: ByteCache;
  log: Log;
  core: Archive;
  /** Whether the transaction there has that id: the index knows how ids begin. */
  isAt(id: Uint8Array, position: TransactionPosition): Promise<boolean>;
  limits?: Partial<IndexLimits>;
}

export class TransactionIndex {
  readonly #parts: IndexParts;
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #cache: ByteCache;
  readonly #limits: IndexLimits;
  #manifest: Manifest = EMPTY_MANIFEST;
  #pending: PendingEntries;
  /** On its way into a segment. */
  #flushing: PendingEntries;
  #work: Promise<void> | undefined;
  #closing = false;

  constructor(parts: IndexParts) {
    this.#parts = parts;
    this.#limits = { ...INDEX_LIMITS, ...parts.limits };
    this.#kv = parts.kv;
    this.#queue = parts.queue;
    this.#cache = parts.cache;
    this.#pending = new PendingEntries(parts.core);
    this.#flushing = new PendingEntries(parts.core);
  }

  /** `runOf` gives the run of a result that is newer than the segments, up to `last`. */
  async open(
    last: bigint,
    runOf: (height: bigint) => Promise<Uint8Array | undefined>,
  ): Promise<void> {
    this.#manifest = await readManifest(this.#kv);
    const real = new Set(this.#manifest.segments.map(({ id }) => id));
    await sweepSegments(this.#kv, this.#queue, real);
    for (let height = this.#manifest.height + 1n; height <= last; height++) {
      const run = await runOf(height);
      if (run) await this.add(height, run);
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
    const found = (await this.#candidates(id)).sort(byPrecedence);
    for (const { height, index } of found) {
      const position = { height, index };
      if (await this.#parts.isAt(id, position)) return position;
    }
    return undefined;
  }

  /** Lets the step under way end. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#work;
  }

  async #candidates(id: Uint8Array): Promise<Candidate[]> {
    const manifest = this.#manifest;
    const runs = [...this.#pending.runs, ...this.#flushing.runs];
    const found = await Promise.all(
      manifest.segments.map((segment) => this.#inSegment(segment, id)),
    );
    if (!found.includes(undefined)) {
      return [
        ...runs.flatMap((run) => candidates(run, id)),
        ...found.flatMap((some) => some ?? []),
      ];
    }
    // A merge has replaced a segment in the meantime.
    if (this.#manifest !== manifest) return await this.#candidates(id);
    throw fault(ErrorCode.STORAGE_CORRUPT, { index: "a segment is missing" });
  }

  /** Undefined when the segment is gone. */
  async #inSegment(
    { id: segment }: Segment,
    id: Uint8Array,
  ): Promise<Candidate[] | undefined> {
    const numbers = await this.#cache.reading(
      `index/fence/${segment}`,
      () => readFence(this.#kv, segment),
      (fence) => chunksWith(fence, id),
    );
    if (!numbers) return undefined;
    const found: Candidate[] = [];
    for (const n of numbers) {
      const some = await this.#cache.reading(
        `index/chunk/${segment}/${n}`,
        () => readChunk(this.#kv, segment, n),
        (chunk) => candidates(chunk, id),
      );
      if (!some) return undefined;
      found.push(...some);
    }
    return found;
  }

  #maintain(): void {
    this.#work ??= this.#steps().catch((error) => {
      this.#parts.log.error("transaction index stopped", { error });
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
    this.#pending = new PendingEntries(this.#parts.core);
    const run = this.#flushing.merged();
    const writer = new SegmentWriter(this.#manifest.nextId, this.#queue);
    writer.add(run);
    const added = run.length > 0 ? [await writer.finish(0)] : [];
    await this.#replace([], added, this.#flushing.height);
    this.#flushing = new PendingEntries(this.#parts.core);
  }

  async #merge(level: number): Promise<void> {
    const old = this.#manifest.segments.filter((segment) =>
      segment.level === level
    );
    const writer = new SegmentWriter(this.#manifest.nextId, this.#queue);
    await mergeSegments(this.#parts, old, writer);
    await this.#replace(
      old,
      [await writer.finish(level + 1)],
      this.#manifest.height,
    );
    await this.#queue.commitAll(old.flatMap(deleteSegment), "background");
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
    await this.#queue.commit([setManifest(manifest)], "background");
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
