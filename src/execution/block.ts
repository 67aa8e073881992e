import type { core } from "../core/mod.ts";
import { join } from "../bytes/mod.ts";
import { readResult } from "./result.ts";
import type { Shard } from "./shard.ts";
import type { BlockInput, BlockResult } from "./types.ts";

/** The shards of a chain and what holds them together. */
export interface Shards {
  coordinator: core.Coordinator;
  shards: readonly Shard[];
}

/** Hands a block to all shards, which know its batches; gives what each runs it with. An error leaves everything as it was. */
export async function beginBlock(
  { shards, coordinator }: Shards,
  { header, batches }: BlockInput,
): Promise<Uint8Array[]> {
  const names = join(batches);
  return coordinator.begin(
    await Promise.all(shards.map((shard) => shard.beginBlock(header, names))),
  );
}

/**
 * Executes the block: every shard its own senders' transactions, then messages
 * go round until nobody sends any more, then fees are settled. An error is a
 * fault of the node: these shards must not be used any more.
 */
export async function finishBlock(
  { shards, coordinator }: Shards,
  height: bigint,
  places: readonly Uint8Array[],
): Promise<BlockResult> {
  const each = <T>(call: (shard: Shard, at: number) => Promise<T>) =>
    Promise.all(shards.map(call));
  let inboxes = coordinator.route(
    await each((shard, at) => shard.run(places[at]!)),
  );
  while (inboxes) {
    const round = inboxes;
    inboxes = coordinator.route(
      await each((shard, at) => shard.deliver(round[at]!)),
    );
  }
  const fees = await each((shard) => shard.fees());
  const total = fees.reduce((sum, fee) => sum + fee, 0n);
  const ends = await each((shard) => shard.endBlock(total));
  return readResult(height, coordinator.finish(ends));
}
