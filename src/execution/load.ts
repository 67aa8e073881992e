import type { CoreExports } from "../core/mod.ts";
import { createCore } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { ShardedExecutor } from "./executor.ts";
import { newInlineShard, type NewShard, type ShardStart } from "./new_shard.ts";
import type { Shard } from "./shard.ts";
import { assignSlots, slotsOf } from "./slots.ts";
import { newShardWorker } from "./start_shard.ts";
import { pagedShard } from "./paging.ts";
import type {
  Archive,
  Executor,
  ExecutorCheckpoint,
  Page,
  Roots,
} from "./types.ts";

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
  /** Memory for the state, in all shards; what is over it is read back from the archive's checkpoint when it is needed. No bound where it is missing. */
  stateBytesMax?: number;
  /** Random bytes that batches of signatures are checked with. */
  entropy?: Uint8Array;
  /** How many shards there are, 1 to 256; results do not depend on it. */
  shards?: number;
  archive: Archive;
  /** Whether shards, where there are several, have a worker each. Told when one of these breaks down. */
  onShardFailed?: (reason: unknown) => void;
  /** Lets what has come meanwhile go before the next of many submissions. */
  yield?: () => Promise<void>;
}

/**
 * An executor in this thread. Fails with GENESIS_INVALID, with PAGE_MALFORMED,
 * or with STORAGE_CORRUPT where the pages are not those of the checkpoint.
 */
export async function loadExecutor(
  options: ExecutorOptions,
): Promise<Executor> {
  const { genesis, checkpoint, archive, shards: count = 1 } = options;
  const core = createCore(options.core, options.entropy);
  const shardOf = assignSlots(count);
  const coordinator = new core.Coordinator(genesis, shardOf);
  const making = newShards(core, options, shardOf, count);
  try {
    const shards = (await load(making, shardOf, checkpoint)).map((shard) =>
      paged(shard, core, options)
    );
    const stateRoot = coordinator.start(
      await Promise.all(shards.map((shard) => shard.slotRoots())),
    );
    const roots = checkpoint?.roots ?? genesisRoots(core, stateRoot);
    if (stateRoot.toHex() !== roots.stateRoot.toHex()) {
      throw fault(ErrorCode.STORAGE_CORRUPT, {
        checkpoint: roots.height,
        stateRoot: roots.stateRoot.toHex(),
        pages: stateRoot.toHex(),
      });
    }
    return new ShardedExecutor({
      ...{ core, coordinator, shards, shardOf, roots, archive },
      ...(options.yield && { yield: options.yield }),
    });
  } catch (thrown) {
    for (const shard of making) shard.stop?.();
    throw thrown;
  }
}

type Loading = NewShard & { stop?: () => void };

function newShards(
  core: CoreExports,
  { genesis, mempool, onShardFailed, ...options }: ExecutorOptions,
  shardOf: Uint8Array,
  count: number,
): Loading[] {
  return Array.from({ length: count }, (_, number) => {
    const start: ShardStart = {
      genesis,
      slots: slotsOf(shardOf, number),
      ...(mempool && { mempool: shareOf(mempool, count) }),
    };
    // A single one needs no thread besides its coordinator's.
    if (count === 1 || !onShardFailed) return newInlineShard(core, start);
    return newShardWorker({
      ...start,
      number,
      core: options.core,
      ...(options.entropy && { entropy: options.entropy }),
      onFailed: onShardFailed,
    });
  });
}

/** Pages go to their shards as they come, each shard's one after the other. */
async function load(
  making: readonly Loading[],
  shardOf: Uint8Array,
  checkpoint: ExecutorCheckpoint | undefined,
): Promise<Shard[]> {
  if (checkpoint) {
    const last: Promise<void>[] = making.map(() => Promise.resolve());
    for await (const pages of checkpoint.pages) {
      for (const [owner, own] of byOwner(pages, shardOf)) {
        await last[owner];
        last[owner] = making[owner]!.add(own);
        last[owner].catch(() => undefined);
      }
    }
    await Promise.all(last);
  }
  const header = checkpoint?.header;
  return await Promise.all(making.map((shard) => shard.finish(header)));
}

function byOwner(
  pages: readonly Page[],
  shardOf: Uint8Array,
): Map<number, Page[]> {
  return Map.groupBy(pages, ({ slot }) => shardOf[slot] ?? 0);
}

function paged(
  shard: Shard,
  { slotOf }: CoreExports,
  { archive, stateBytesMax, shards = 1 }: ExecutorOptions,
): Shard {
  if (stateBytesMax === undefined) return shard;
  const bytesMax = stateBytesMax / shards;
  return pagedShard(shard, { archive, bytesMax, slotOf });
}

/** WebAssembly has 4 GiB for everything. */
const BYTES_MAX = 2 ** 30;

function shareOf(
  { transactionsMax, bytesMax }: MempoolLimits,
  shards: number,
): { transactions: number; bytes: number } {
  return {
    transactions: Math.ceil(transactionsMax / shards),
    bytes: Math.ceil(Math.min(bytesMax, BYTES_MAX) / shards),
  };
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
