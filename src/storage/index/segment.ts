/** A segment on disk: its chunks, and the *fence*, the beginning of the first id of each chunk. */
import { crc32 } from "node:zlib";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Kv, KvKey, KvMutation } from "../../platform/mod.ts";
import { deleteBlob, getBlob, setBlob } from "../blob.ts";
import { concat, join, u32, viewOf } from "../../bytes/mod.ts";
import type { CommitQueue } from "../commit_queue.ts";
import { STORAGE_LIMITS } from "../limits.ts";
import {
  BEGINNING_BYTES,
  compareBytes,
  ENTRY_BYTES,
  lowerBound,
} from "./entry.ts";
import type { Segment } from "./manifest.ts";

const CHUNK_BYTES = STORAGE_LIMITS.indexChunkEntries * ENTRY_BYTES;
const CRC_BYTES = 4;
/** Together they fit one commit. */
const CHUNKS_PER_COMMIT = 12;

const chunkKey = (
  id: number,
  n: number,
): KvKey => ["positions", "chunk", id, n];
const fenceKey = (id: number): KvKey => ["positions", "fence", id];

/** Undefined when the segment is no longer there. */
export async function readChunk(
  kv: Kv,
  id: number,
  n: number,
): Promise<Uint8Array | undefined> {
  const stored = await kv.get(chunkKey(id, n));
  if (!stored) return undefined;
  const run = stored.subarray(CRC_BYTES);
  if (
    stored.length < CRC_BYTES ||
    viewOf(stored).getUint32(0, true) !== crc32(run)
  ) {
    throw fault(ErrorCode.STORAGE_CORRUPT, {
      key: `positions/chunk/${id}/${n}`,
    });
  }
  return run;
}

export async function readFence(
  kv: Kv,
  id: number,
): Promise<Uint8Array | undefined> {
  return await getBlob(kv, fenceKey(id));
}

/** By its fence, the chunks of a segment that may have entries for an id. */
export function chunksWith(fence: Uint8Array, id: Uint8Array): number[] {
  const above = lowerBound(fence, id, BEGINNING_BYTES) / BEGINNING_BYTES;
  // Entries that begin alike may begin in the chunk before.
  const numbers = above > 0 ? [above - 1] : [];
  for (let n = above; n * BEGINNING_BYTES < fence.length; n++) {
    const start = n * BEGINNING_BYTES;
    if (compareBytes(fence, start, id, 0, BEGINNING_BYTES) > 0) break;
    numbers.push(n);
  }
  return numbers;
}

/** The fence goes first: what is left of a half removed segment is found by its chunks. */
export function deleteSegment({ id, chunks }: Segment): KvMutation[] {
  return [
    ...deleteBlob(fenceKey(id), chunks * BEGINNING_BYTES),
    ...Array.from(
      { length: chunks },
      (_, n): KvMutation => ({ type: "delete", key: chunkKey(id, n) }),
    ),
  ];
}

/** Removes segments that the manifest does not name: a writer was interrupted. */
export async function sweepSegments(
  kv: Kv,
  queue: CommitQueue,
  real: ReadonlySet<number>,
): Promise<number> {
  let swept = 0;
  for (
    let id = await nextOnDisk(kv, 0);
    id !== undefined;
    id = await nextOnDisk(kv, id + 1)
  ) {
    if (real.has(id)) continue;
    const keys: KvMutation[] = [];
    for (const prefix of [fenceKey(id), ["positions", "chunk", id]]) {
      for await (const { key } of kv.list({ prefix })) {
        keys.push({ type: "delete", key });
      }
    }
    await queue.commitAll(keys);
    swept++;
  }
  return swept;
}

async function nextOnDisk(kv: Kv, from: number): Promise<number | undefined> {
  const start = ["positions", "chunk", from];
  const next = kv.list({ prefix: ["positions", "chunk"], start }, { limit: 1 });
  for await (const { key } of next) return key[2] as number;
  return undefined;
}

/** Writes a segment from runs that follow each other. */
export class SegmentWriter {
  readonly #id: number;
  readonly #queue: CommitQueue;
  /** Less than a chunk. */
  #rest: Uint8Array = new Uint8Array();
  #ready: KvMutation[] = [];
  readonly #fence: Uint8Array[] = [];

  constructor(id: number, queue: CommitQueue) {
    this.#id = id;
    this.#queue = queue;
  }

  /** Whether `flush` should come before more entries. */
  get full(): boolean {
    return this.#ready.length >= CHUNKS_PER_COMMIT;
  }

  add(run: Uint8Array): void {
    const entries = this.#rest.length > 0 ? join([this.#rest, run]) : run;
    let at = 0;
    while (entries.length - at >= CHUNK_BYTES) {
      this.#chunk(entries.subarray(at, at += CHUNK_BYTES));
    }
    this.#rest = entries.subarray(at);
  }

  async flush(): Promise<void> {
    const ready = this.#ready;
    this.#ready = [];
    await this.#queue.commitAll(ready, "background");
  }

  /** Not real before a manifest names it. */
  async finish(level: number): Promise<Segment> {
    if (this.#rest.length > 0) this.#chunk(this.#rest);
    await this.flush();
    await this.#queue.commitAll(
      setBlob(fenceKey(this.#id), join(this.#fence)),
      "background",
    );
    return { id: this.#id, level, chunks: this.#fence.length };
  }

  #chunk(entries: Uint8Array): void {
    this.#ready.push({
      type: "set",
      key: chunkKey(this.#id, this.#fence.length),
      value: concat(u32(crc32(entries)), entries),
    });
    this.#fence.push(entries.slice(0, BEGINNING_BYTES));
  }
}
