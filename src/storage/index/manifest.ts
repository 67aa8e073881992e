import type { Kv, KvMutation } from "../../platform/mod.ts";
import { concat, u32, u64 } from "../../bytes/mod.ts";
import { Reader } from "../reader.ts";

const KEY = ["positions", "manifest"];

/** A run on disk, in chunks. */
export interface Segment {
  id: number;
  /** 0 for one written from memory; one of level n + 1 is merged from some of level n. */
  level: number;
  chunks: number;
}

/** Which segments are real. */
export interface Manifest {
  nextId: number;
  /** Results up to this height are in the segments. */
  height: bigint;
  segments: readonly Segment[];
}

export const EMPTY_MANIFEST: Manifest = { nextId: 1, height: 0n, segments: [] };

export async function readManifest(kv: Kv): Promise<Manifest> {
  const stored = await kv.get(KEY);
  if (!stored) return EMPTY_MANIFEST;
  const reader = new Reader(stored);
  const [nextId, height] = [reader.u32(), reader.u64()];
  const segments: Segment[] = [];
  while (!reader.done) {
    segments.push({
      id: reader.u32(),
      level: reader.u32(),
      chunks: reader.u32(),
    });
  }
  return { nextId, height, segments };
}

export function setManifest(
  { nextId, height, segments }: Manifest,
): KvMutation {
  const rows = segments.flatMap(({ id, level, chunks }) =>
    [id, level, chunks].map(u32)
  );
  return {
    type: "set",
    key: KEY,
    value: concat(u32(nextId), u64(height), ...rows),
  };
}
