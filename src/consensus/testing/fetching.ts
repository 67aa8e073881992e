import type { CoreExports } from "../../core/mod.ts";
import type { Executor } from "../../execution/types.ts";
import { type Clock, collectingLog, type Network } from "../../platform/mod.ts";
import type { Store } from "../../storage/types.ts";
import { ChunkSource } from "../batches/chunk_source.ts";
import { Fetcher } from "../batches/fetcher.ts";
import { RefusedBatches } from "../batches/refused.ts";
import { Topic } from "../channel.ts";
import { Transfer } from "../transfer/mod.ts";
import { type MadeBatch, testAuthors } from "./batch.ts";

/** What one batch of 1 MiB is made of. */
export const MIB_OF = { envelopes: 1_024, bodyBytes: 924 };

type Answer = Parameters<Network["onRequest"]>[1];

/** Makes a peer answer otherwise. */
export type Twist = (topic: string, answer: Answer) => Answer;

/** Gives these batches to whoever asks; says how many chunks it was asked for. */
export function serving(
  core: CoreExports,
  network: Pick<Network, "onRequest">,
  batches: readonly MadeBatch[],
  twist: Twist = (_, answer) => answer,
): { asked: () => number } {
  const named = new Map(
    batches.map(({ digest, batch }) => [digest.toHex(), batch]),
  );
  let asked = 0;
  const onRequest: Network["onRequest"] = (topic, answer) => {
    const twisted = twist(topic, answer);
    network.onRequest(topic, (from, body) => {
      if (topic === Topic.chunk) asked++;
      return twisted(from, body);
    });
  };
  const store: Pick<Store, "batch"> = {
    batch: (digest) => Promise.resolve(named.get(digest.toHex())),
  };
  new ChunkSource({ core, network: { onRequest } as Network, store }).start();
  return { asked: () => asked };
}

/** Lets a peer answer with so many bytes a millisecond, one answer after the other. */
export function throttled(clock: Clock, bytesPerMs: number): Twist {
  let freeMs = 0;
  return (_topic, answer) => async (from, body) => {
    const bytes = await answer(from, body);
    freeMs = Math.max(freeMs, clock.monotonic()) + bytes.length / bytesPerMs;
    await clock.sleep(freeMs - clock.monotonic());
    return bytes;
  };
}

/** Gets batches from peers; without a `check` holds every batch of a right digest to be valid. */
export function fetching(
  core: CoreExports,
  genesisHash: Uint8Array,
  clock: Clock,
  network: Network,
  check: Executor["checkBatch"] = () => Promise.resolve(undefined),
) {
  const log = collectingLog();
  const kept = new Map<string, Uint8Array>();
  const refused = new RefusedBatches({
    log,
    height: () => 1n,
    onEvidence: () => undefined,
  });
  const executor: Pick<Executor, "checkBatch"> = { checkBatch: check };
  const store: Pick<Store, "putBatch"> = {
    putBatch(digest, batch) {
      kept.set(digest.toHex(), batch);
      return Promise.resolve();
    },
  };
  const transfer = new Transfer({ clock, log, network });
  const fetcher = new Fetcher({
    ...{ core, genesisHash, clock, log, network, transfer, refused },
    validators: testAuthors(core),
    executor: executor as Executor,
    store: store as Store,
  });
  const all = (
    batches: readonly MadeBatch[],
    signal = new AbortController().signal,
  ) =>
    Promise.all(
      batches.map(({ digest }) =>
        fetcher.fetch(digest, { from: undefined, height: 1n, signal })
      ),
    );
  return { fetcher, kept, log, refused, store: store as Store, all };
}
