import type { core, CoreExports } from "../core/mod.ts";
import { inlineShard, type Shard } from "./shard.ts";
import type { Page } from "./types.ts";

/** What a shard begins with. */
export interface ShardStart {
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  /** The numbers of its slots. */
  slots: Uint8Array;
  /** Bounds of its mempool. */
  mempool?: { transactions: number; bytes: number };
}

/** A shard that is being loaded. */
export interface NewShard {
  /** Pages of its checkpoint. Without any it begins with the genesis. */
  add(pages: readonly Page[]): Promise<void>;
  /** After the block of that header; at the genesis without one. */
  finish(header?: Uint8Array): Promise<Shard>;
}

/** Makes a shard in this thread. */
export function newInlineShard(
  core: CoreExports,
  start: ShardStart,
): NewShard {
  const { genesis, slots } = start;
  let loader: core.ShardLoader | undefined;
  return {
    add: (pages) =>
      new Promise((done) => {
        loader ??= new core.ShardLoader(genesis, slots);
        for (const { slot, id, bytes } of pages) loader.add(slot, id, bytes);
        done();
      }),
    finish: (header) =>
      new Promise((done) => {
        if (header) loader ??= new core.ShardLoader(genesis, slots);
        const shard = header && loader
          ? loader.finish(header)
          : new core.Shard(genesis, slots);
        const { mempool } = start;
        if (mempool) shard.limitMempool(mempool.transactions, mempool.bytes);
        done(inlineShard(core, shard));
      }),
  };
}
