import { concat, equal, u32 } from "../../bytes/mod.ts";
import type { CoreExports } from "../../core/mod.ts";
import type { Clock, Network } from "../../platform/types.ts";
import { Topic } from "../channel.ts";
import type { Transfer } from "../transfer/mod.ts";
import { nodeOver } from "./cut.ts";
import type { Outline } from "./outline.ts";

/** So often all are asked where nobody has a chunk, with a pause in between. */
const ROUNDS = 3;
const PAUSE_MS = 200;

export interface ChunkFetcherOptions {
  core: Pick<CoreExports, "listRoot">;
  clock: Clock;
  network: Network;
  transfer: Transfer;
}

/** Gets the chunks of batches from whoever has them. */
export class ChunkFetcher {
  readonly #options: ChunkFetcherOptions;

  constructor(options: ChunkFetcherOptions) {
    this.#options = options;
  }

  /** All chunks in their order, each checked as it comes; undefined where nobody has one of them. Rejects with the signal's reason. */
  async gather(
    digest: Uint8Array,
    outline: Outline,
    signal: AbortSignal,
  ): Promise<Uint8Array[] | undefined> {
    // Whoever lacks one chunk lacks the batch.
    const without = new Set<string>();
    const chunks = await Promise.all(
      outline.nodes.map((_, index) =>
        this.#get(digest, outline, index, { without, signal })
      ),
    );
    return chunks.every((chunk) => chunk !== undefined) ? chunks : undefined;
  }

  async #get(
    digest: Uint8Array,
    { cut, nodes }: Outline,
    index: number,
    { without, signal }: { without: Set<string>; signal: AbortSignal },
  ): Promise<Uint8Array | undefined> {
    const { clock, core, network, transfer } = this.#options;
    for (let round = 1;; round++) {
      const chunk = await transfer.get<Uint8Array>({
        topic: Topic.chunk,
        body: concat(digest, u32(index)),
        bytes: cut.bytesEach,
        peers: () => network.peers().filter((peer) => !without.has(peer)),
        read(answer) {
          const node = nodeOver(core, answer, cut, index);
          return node && equal(node, nodes[index]!)
            ? { value: answer }
            : "wrong";
        },
        onWithout: (peer) => without.add(peer),
      }, signal);
      if (chunk || round === ROUNDS) return chunk;
      await clock.sleep(PAUSE_MS, signal);
      without.clear();
    }
  }
}
