import { LRUCache } from "lru-cache";
import type { StoredBlock } from "../../storage/types.ts";
import type { BlockView, ResultView } from "./reader.ts";

const OVERHEAD_BYTES = 1_024;
/** What a decoded block takes for each byte of its encoding: every digest and signature in it is an object. */
const DECODED_FACTOR = 8;
const COUNTS_MAX = 4_096;

/** Recent blocks and results, by height, for all that read them. */
export class ChainCache {
  readonly blocks: LRUCache<bigint, BlockView>;
  /** What nobody has asked for yet is not decoded. */
  readonly fresh: LRUCache<bigint, StoredBlock>;
  readonly results: LRUCache<bigint, ResultView>;
  /** How many transactions a block has. */
  readonly counts = new LRUCache<bigint, number>({ max: COUNTS_MAX });

  constructor(bytesMax: number) {
    // A thousand blocks and more, and what is large among the results.
    const eighth = Math.floor(bytesMax / 8);
    this.blocks = new LRUCache({
      maxSize: eighth,
      sizeCalculation: ({ bytes }) => bytes * DECODED_FACTOR + OVERHEAD_BYTES,
    });
    this.fresh = new LRUCache({
      maxSize: eighth,
      sizeCalculation: (stored) => bytesOf(stored) + OVERHEAD_BYTES,
    });
    this.results = new LRUCache({
      maxSize: 4 * eighth,
      sizeCalculation: ({ ids, allReceipts }) =>
        ids.length + allReceipts.length + OVERHEAD_BYTES,
    });
  }
}

/** Of its encoding. */
export function bytesOf({ block, certificate }: StoredBlock): number {
  return block.length + certificate.length;
}
