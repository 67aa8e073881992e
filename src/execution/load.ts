import type { core, CoreExports } from "../core/mod.ts";
import { createCore } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { ShardedExecutor } from "./executor.ts";
import { inlineShard, type Shard } from "./shard.ts";
import { assignSlots, slotsOf } from "./slots.ts";
import type { Executor, Page, Roots } from "./types.ts";

/** The state to begin with instead of the genesis'. */
export interface ExecutorCheckpoint {
  /** Results of the checkpoint's height; the pages must have its state root. */
  roots: Roots;
  pages: AsyncIterable<Page>;
}

/** Bounds of what waits; more is refused with MEMPOOL_FULL. */
export interface MempoolLimits {
  transactionsMax: number;
  bytesMax: number;
}

export interface ExecutorOptions {
  /** The compiled core. */
  core: WebAssembly.Module;
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  checkpoint?: ExecutorCheckpoint;
  mempool?: MempoolLimits;
  /** Random bytes that batches of signatures are checked with. */
  entropy?: Uint8Array;
  /** How many shards there are, 1 to 256; results do not depend on it. */
  shards?: number;
}

/**
 * An executor in this thread. Fails with GENESIS_INVALID, with PAGE_MALFORMED,
 * or with STORAGE_CORRUPT where the pages are not those of the checkpoint.
 */
export async function loadExecutor(
  options: ExecutorOptions,
): Promise<Executor> {
  const { genesis, checkpoint, mempool, shards: count = 1 } = options;
  const core = createCore(options.core, options.entropy);
  const shardOf = assignSlots(count);
  const loaded = checkpoint
    ? await loadShards(core, genesis, shardOf, count, checkpoint)
    : makeShards(core, genesis, shardOf, count);
  if (mempool) loaded.forEach((shard) => limit(shard, mempool, count));
  const shards = loaded.map(inlineShard);
  const coordinator = new core.Coordinator(genesis, shardOf);
  const stateRoot = coordinator.start(await slotRoots(shards));
  const roots = checkpoint?.roots ?? genesisRoots(core, stateRoot);
  if (stateRoot.toHex() !== roots.stateRoot.toHex()) {
    throw fault(ErrorCode.STORAGE_CORRUPT, {
      checkpoint: roots.height,
      stateRoot: roots.stateRoot.toHex(),
      pages: stateRoot.toHex(),
    });
  }
  return new ShardedExecutor({ core, coordinator, shards, shardOf, roots });
}

function makeShards(
  core: CoreExports,
  genesis: Uint8Array,
  shardOf: Uint8Array,
  count: number,
): core.Shard[] {
  return Array.from(
    { length: count },
    (_, shard) => new core.Shard(genesis, slotsOf(shardOf, shard)),
  );
}

async function loadShards(
  core: CoreExports,
  genesis: Uint8Array,
  shardOf: Uint8Array,
  count: number,
  { roots, pages }: ExecutorCheckpoint,
): Promise<core.Shard[]> {
  const loaders = Array.from(
    { length: count },
    (_, shard) => new core.ShardLoader(genesis, slotsOf(shardOf, shard)),
  );
  for await (const { slot, id, bytes } of pages) {
    loaders[shardOf[slot] ?? 0]!.add(slot, id, bytes);
  }
  return loaders.map((loader) => loader.finish(roots.height));
}

/** WebAssembly has 4 GiB for everything. */
const BYTES_MAX = 2 ** 30;

function limit(
  shard: core.Shard,
  { transactionsMax, bytesMax }: MempoolLimits,
  shards: number,
): void {
  shard.limitMempool(
    Math.ceil(transactionsMax / shards),
    Math.ceil(Math.min(bytesMax, BYTES_MAX) / shards),
  );
}

function slotRoots(shards: readonly Shard[]): Promise<Uint8Array[]> {
  return Promise.all(shards.map((shard) => shard.slotRoots()));
}

function genesisRoots(core: CoreExports, stateRoot: Uint8Array): Roots {
  return {
    height: 0n,
    stateRoot,
    receiptsRoot: core.Coordinator.emptyRoot(),
    messagesRoot: core.Coordinator.emptyRoot(),
    gasUsed: 0n,
  };
}
