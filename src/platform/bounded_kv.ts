import { ErrorCode, fault } from "../errors/mod.ts";
import { commitSize } from "./kv_limits.ts";
import type { Kv } from "./types.ts";

/** Bytes committed between two looks at the disk. */
const LOOK_BYTES = 4 * 1024 * 1024;

/**
 * `kv` that fails with DISK_FULL rather than take more of the disk than
 * `bytesMax`, by what `bytesUsed` says every few megabytes; so it may go over
 * by as much. Reading goes on.
 */
export function boundedKv(
  kv: Kv,
  bytesMax: number,
  bytesUsed: () => Promise<number>,
): Kv {
  let unseen = Infinity;
  return {
    get: (key) => kv.get(key),
    list: (selector, options) => kv.list(selector, options),
    async commit(mutations) {
      if (unseen >= LOOK_BYTES) {
        const bytes = await bytesUsed();
        if (bytes > bytesMax) {
          throw fault(ErrorCode.DISK_FULL, { bytes, bytesMax });
        }
        unseen = 0;
      }
      unseen += commitSize(mutations).bytes;
      await kv.commit(mutations);
    },
    close: () => kv.close(),
  };
}
