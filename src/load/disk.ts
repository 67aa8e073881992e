import { join } from "node:path";
import type { LoadNode } from "./types.ts";

/** Of one of the nodes, in the mean. */
export async function meanDisk(nodes: readonly LoadNode[]): Promise<number> {
  const sizes = await Promise.all(nodes.map(({ home }) => diskBytes(home)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0) / nodes.length;
}

/** Bytes of what a node wrote into its home: the database and the write-ahead log. */
async function diskBytes(home: string): Promise<number> {
  const data = join(home, "data");
  let bytes = await sizeOf(join(home, "wal"));
  for await (const { name } of Deno.readDir(data)) {
    bytes += await sizeOf(join(data, name));
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
