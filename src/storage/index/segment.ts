/** A segment on disk: its chunks, and the *fence*, the first id of each chunk. */
import { crc32 } from "node:zlib";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Kv, KvKey, KvMutation } from "../../platform/mod.ts";
import { deleteBlob, getBlob, setBlob } from "../blob.ts";
import { concat, join, u32 } from "../../bytes/mod.ts";
import type { Bytes } from "../reader.ts";
import type { CommitQueue } from "../commit_queue.ts";
import { STORAGE_LIMITS } from "../limits.ts";
import { ENTRY_BYTES, ID_BYTES, viewOf } from "./entry.ts";
import type { Segment } from "./manifest.ts";
import { RunWriter } from "./run.ts";

const CHUNK_BYTES = STORAGE_LIMITS.indexChunkEntries * ENTRY_BYTES;
const CRC_BYTES = 4;
const CHUNKS_PER_COMMIT = 13;

const chunkKey = (id: number, n: number): KvKey => ["index", "chunk", id, n];
const fenceKey = (id: number): KvKey => ["index", "fence", id];

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
    throw fault(ErrorCode.STORAGE_CORRUPT, { key: `index/chunk/${id}/${n}` });
  }
  return run;
}

export async function readFence(
  kv: Kv,
  id: number,
): Promise<Uint8Array | undefined> {
  return await getBlob(kv, fenceKey(id));
}

/** The fence goes first: what is left of a half removed segment is found by its chunks. */
export function deleteSegment({ id, chunks }: Segment): KvMutation[] {
  return [
    ...deleteBlob(fenceKey(id), chunks * ID_BYTES),
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
    for (const prefix of [fenceKey(id), ["index", "chunk", id]]) {
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
  const start = ["index", "chunk", from];
  const next = kv.list({ prefix: ["index", "chunk"], start }, { limit: 1 });
  for await (const { key } of next) return key[2] as number;
  return undefined;
}

/** Writes a segment from entries in the order of their ids. */
export class SegmentWriter {
  readonly #id: number;
  readonly #queue: CommitQueue;
  /** One more entry than a chunk: the last one may still be replaced by another of its id. */
  readonly #run = new RunWriter(CHUNK_BYTES + ENTRY_BYTES);
  #ready: KvMutation[] = [];
  readonly #fence: Bytes[] = [];

  constructor(id: number, queue: CommitQueue) {
    this.#id = id;
    this.#queue = queue;
  }

  /** Whether `flush` should come before more entries. */
  get full(): boolean {
    return this.#ready.length >= CHUNKS_PER_COMMIT;
  }

  add(run: Uint8Array, at: number): void {
    this.#run.add(run, at);
    if (this.#run.length <= CHUNK_BYTES) return;
    const entries = this.#run.finish();
    this.#chunk(entries.subarray(0, CHUNK_BYTES));
    this.#run.add(entries, CHUNK_BYTES);
  }

  async flush(): Promise<void> {
    const ready = this.#ready;
    this.#ready = [];
    await this.#queue.commit(ready);
  }

  /** Not real before a manifest names it. */
  async finish(level: number): Promise<Segment> {
    if (this.#run.length > 0) this.#chunk(this.#run.finish());
    await this.flush();
    await this.#queue.commitAll(
      setBlob(fenceKey(this.#id), join(this.#fence)),
    );
    return { id: this.#id, level, chunks: this.#fence.length };
  }

  #chunk(entries: Uint8Array): void {
    this.#ready.push({
      type: "set",
      key: chunkKey(this.#id, this.#fence.length),
      value: concat(u32(crc32(entries)), entries),
    });
    this.#fence.push(entries.slice(0, ID_BYTES));
  }
}
