import type { Shards } from "./block.ts";
import type { SlotMove } from "./types.ts";

/** Hands slots over, between two blocks; `shardOf` says then where they are. */
export async function moveSlots(
  { shards, coordinator, shardOf }: Shards & { shardOf: Uint8Array },
  moves: readonly SlotMove[],
): Promise<void> {
  for (const { slot, to } of moves) {
    const from = shardOf[slot]!;
    if (from === to) continue;
    await shards[to]!.importSlot(await shards[from]!.exportSlot(slot));
    coordinator.moveSlot(slot, to);
    shardOf[slot] = to;
  }
}
