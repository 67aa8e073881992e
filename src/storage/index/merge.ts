import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Kv } from "../../platform/mod.ts";
import { compareIds, ENTRY_BYTES } from "./entry.ts";
import type { Segment } from "./manifest.ts";
import { readChunk, type SegmentWriter } from "./segment.ts";

/** Where reading of one sorted source stands. */
interface Cursor {
  run: Uint8Array;
  at: number;
  more(): Promise<Uint8Array | undefined>;
}

/** Feeds the entries of `segments` to `writer` in order; holds one chunk of each in memory. */
export async function mergeSegments(
  kv: Kv,
  segments: readonly Segment[],
  writer: SegmentWriter,
): Promise<void> {
  const cursors: Cursor[] = [];
  for (const segment of segments) {
    const cursor = {
      run: new Uint8Array(),
      at: 0,
      more: chunksOf(kv, segment),
    };
    if (await advance(cursor)) cursors.push(cursor);
  }
  while (cursors.length > 0) {
    const least = cursors.reduce((a, b) =>
      compareIds(a.run, a.at, b.run, b.at) <= 0 ? a : b
    );
    writer.add(least.run, least.at);
    least.at += ENTRY_BYTES;
    if (writer.full) await writer.flush();
    if (least.at >= least.run.length && !await advance(least)) {
      cursors.splice(cursors.indexOf(least), 1);
    }
  }
}

async function advance(cursor: Cursor): Promise<boolean> {
  const run = await cursor.more();
  if (!run) return false;
  [cursor.run, cursor.at] = [run, 0];
  return true;
}

function chunksOf(kv: Kv, { id, chunks }: Segment): Cursor["more"] {
  let n = 0;
  return async () => {
    if (n >= chunks) return undefined;
    const run = await readChunk(kv, id, n++);
    if (!run) {
      throw fault(ErrorCode.STORAGE_CORRUPT, {
        key: `index/chunk/${id}/${n - 1}`,
      });
    }
    return run;
  };
}
