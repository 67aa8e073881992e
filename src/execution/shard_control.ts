import type { ShardStart } from "./new_shard.ts";
import type { Page } from "./types.ts";

/** What the worker of a shard offers to the thread that started it. */
export interface ShardControl {
  begin(
    core: WebAssembly.Module,
    entropy: Uint8Array | undefined,
    start: ShardStart,
  ): Promise<void>;
  add(pages: readonly Page[]): Promise<void>;
  /** Serves the shard on the port. */
  finish(header: Uint8Array | undefined, port: MessagePort): Promise<void>;
}
