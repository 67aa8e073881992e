import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Config } from "../config/mod.ts";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { loadExecutor } from "../execution/mod.ts";
import type { Executor, Roots } from "../execution/types.ts";
import {
  lockHome,
  type Log,
  openDenoKv,
  systemClock,
} from "../platform/mod.ts";
import {
  BlockSchema,
  type Header,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import { loadCheckpoint, openStore, type Store } from "../storage/mod.ts";
import { Closing } from "./closing.ts";
import { nodeFiles } from "./files.ts";

/** A chain on disk, of a node that does not run. */
export interface StoredChainOptions {
  home: string;
  config: Config;
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  log: Log;
  /** How many shards execute it, 1 where that is not said. */
  shards?: number;
  /** Told now and then, and at the end. */
  onProgress?: (height: bigint, tip: bigint) => void;
}

/** A block of the disk and what it came to when it was executed again. */
export interface ReplayedBlock {
  header: Header;
  result: Roots;
}

/** The chain of a home while `use` runs; no node can start on it meanwhile. */
export interface StoredChain {
  store: Store;
  executor: Executor;
  tip: bigint;
  /** Executes every block after the executor's height. */
  replay(): AsyncIterable<ReplayedBlock>;
}

const PROGRESS_MS = 200;

/** Opens the chain in `home`, at its checkpoint or at genesis, for as long as `use` takes. */
export async function withStoredChain<T>(
  options: StoredChainOptions & { from: "genesis" | "checkpoint" },
  use: (chain: StoredChain) => Promise<T>,
): Promise<T> {
  const closing = new Closing(options.log);
  try {
    return await use(await open(options, closing));
  } finally {
    await closing.run();
  }
}

async function open(
  options: StoredChainOptions & { from: "genesis" | "checkpoint" },
  closing: Closing,
): Promise<StoredChain> {
  const { home, config, genesis, log } = options;
  const lock = await lockHome(home);
  closing.add("lock", () => lock.release());
  const core = await loadCoreModule();
  const door = createCore(core);
  const store = await openStore(await openDenoKv((await nodeFiles(home)).kv), {
    core: door,
    log,
    cacheBytesMax: config.storage.cache_bytes_max,
  });
  closing.add("store", () => store.close());
  await store.initialise(genesis, door.genesisHash(genesis));
  const executor = await loadExecutor({
    core,
    genesis,
    ...(options.shards && { shards: options.shards }),
    // Nothing is written.
    archive: {
      batch: (digest) => store.batch(digest),
      putResult: () => Promise.resolve(),
      putCheckpoint: () => Promise.resolve(),
      pages: (names) => store.pages(names),
    },
    checkpoint: options.from === "checkpoint"
      ? await loadCheckpoint(store)
      : undefined,
  });
  closing.add("executor", () => executor.close());
  const tip = await store.tip();
  return {
    store,
    executor,
    tip,
    replay: () => replay(store, executor, tip, options.onProgress),
  };
}

async function* replay(
  store: Store,
  executor: Executor,
  tip: bigint,
  onProgress: StoredChainOptions["onProgress"],
): AsyncGenerator<ReplayedBlock> {
  const clock = systemClock();
  let told = clock.monotonic();
  for (let height = await executor.height() + 1n; height <= tip; height++) {
    const { header, batches } = await stored(store, height);
    const result = await executor.execute({
      height,
      header: toBinary(HeaderSchema, header),
      batches,
    });
    yield { header, result };
    if (clock.monotonic() - told < PROGRESS_MS) continue;
    told = clock.monotonic();
    onProgress?.(height, tip);
  }
  onProgress?.(tip, tip);
}

async function stored(
  store: Store,
  height: bigint,
): Promise<{ header: Header; batches: Uint8Array[] }> {
  const block = await store.block(height);
  const { header, batches } = block ? fromBinary(BlockSchema, block.block) : {};
  if (!header || !batches) {
    throw fault(ErrorCode.STORAGE_CORRUPT, { missingBlock: height });
  }
  return { header, batches };
}
