import type { Submitted } from "./load.ts";

/** A block as far as its transfers go. */
export interface Decided {
  /** In hexadecimal. */
  ids: readonly string[];
  /** When each node has decided it. */
  decidedMs: readonly number[];
}

/**
 * How long each transfer took from its node's taking it to the decision of its
 * block there. `blocks` ascend: two batches may hold a transfer, and the first
 * makes it final.
 */
export function finalities(
  submitted: ReadonlyMap<string, Submitted>,
  blocks: Iterable<Decided>,
): number[] {
  const seen = new Set<string>();
  const ms: number[] = [];
  for (const { ids, decidedMs } of blocks) {
    for (const id of ids) {
      const sent = submitted.get(id);
      if (!sent || seen.has(id)) continue;
      seen.add(id);
      const atMs = decidedMs[sent.node];
      if (atMs !== undefined) ms.push(atMs - sent.atMs);
    }
  }
  return ms;
}
