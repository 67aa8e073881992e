export const SLOTS = 256;

const SHARDS_MAX = 16;

/** How many shards a machine with so many processors should have: one is left to the other threads of the node. */
export function shardsFor(processors: number): number {
  return Math.min(Math.max(processors - 1, 1), SHARDS_MAX);
}

/** For each slot the number of its shard, in ranges of slots as equal as can be. */
export function assignSlots(shards: number): Uint8Array {
  return Uint8Array.from(
    { length: SLOTS },
    (_, slot) => Math.floor(slot * shards / SLOTS),
  );
}

/** The slots of one shard. */
export function slotsOf(shardOf: Uint8Array, shard: number): Uint8Array {
  return Uint8Array.from(
    [...shardOf.keys()].filter((slot) => shardOf[slot] === shard),
  );
}
