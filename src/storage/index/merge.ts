import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Kv } from "../../platform/mod.ts";
import { join } from "../../bytes/mod.ts";
import type { Archive } from "../archive.ts";
import { compareBytes, ENTRY_BYTES, lowerBound } from "./entry.ts";
import type { Segment } from "./manifest.ts";
import { readChunk, type SegmentWriter } from "./segment.ts";

/** Where reading of one sorted source stands. */
interface Cursor {
  run: Uint8Array;
  more(): Promise<Uint8Array | undefined>;
}

/**
 * Feeds the entries of `segments` to `writer` in order; holds one chunk of each
 * in memory. Each step takes what is not above the end of any of these chunks.
 */
export async function mergeSegments(
  { kv, core }: { kv: Kv; core: Archive },
  segments: readonly Segment[],
  writer: SegmentWriter,
): Promise<void> {
  let cursors: Cursor[] = segments.map((segment) => ({
    run: new Uint8Array(),
    more: chunksOf(kv, segment),
  }));
  while (true) {
    cursors = await filled(cursors);
    if (cursors.length === 0) return;
    const bound = cursors.map(({ run }) => run.subarray(-ENTRY_BYTES))
      .reduce((a, b) => compareBytes(a, 0, b, 0, ENTRY_BYTES) <= 0 ? a : b);
    writer.add(core.mergeRuns(join(cursors.map((one) => take(one, bound)))));
    if (writer.full) await writer.flush();
  }
}

/** Those that have entries left, with the next chunk where one was used up. */
async function filled(cursors: readonly Cursor[]): Promise<Cursor[]> {
  const left: Cursor[] = [];
  for (const cursor of cursors) {
    if (cursor.run.length === 0) {
      cursor.run = await cursor.more() ?? cursor.run;
    }
    if (cursor.run.length > 0) left.push(cursor);
  }
  return left;
}

/** Takes the entries up to `bound`, it included. No two entries are the same. */
function take(cursor: Cursor, bound: Uint8Array): Uint8Array {
  const { run } = cursor;
  const at = lowerBound(run, bound, ENTRY_BYTES, ENTRY_BYTES);
  const isThere = at < run.length &&
    compareBytes(run, at, bound, 0, ENTRY_BYTES) === 0;
  const end = isThere ? at + ENTRY_BYTES : at;
  cursor.run = run.subarray(end);
  return run.subarray(0, end);
}

function chunksOf(kv: Kv, { id, chunks }: Segment): Cursor["more"] {
  let n = 0;
  return async () => {
    if (n >= chunks) return undefined;
    const run = await readChunk(kv, id, n++);
    if (!run) {
      throw fault(ErrorCode.STORAGE_CORRUPT, {
        key: `positions/chunk/${id}/${n - 1}`,
      });
    }
    return run;
  };
}
