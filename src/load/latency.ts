import type { BlockWatch } from "./blocks.ts";
import { callMany } from "./calls.ts";
import type { Sample } from "./flood.ts";
import { percentiles } from "./percentile.ts";
import type { Percentiles } from "./types.ts";

const SAMPLES_MAX = 2_000;

/** From submission until the news of the block; asked for afterwards, so that the question does not load the nodes. */
export async function latencies(
  rpc: string,
  watch: BlockWatch,
  samples: readonly Sample[],
): Promise<Percentiles> {
  const step = Math.max(1, Math.ceil(samples.length / SAMPLES_MAX));
  const chosen = samples.filter((_, n) => n % step === 0);
  const found = await callMany<{ height: number }>(
    rpc,
    "transaction",
    chosen.map(({ id }) => ({ hash: id.toHex() })),
  );
  return percentiles(chosen.map(({ submittedMs }, n) => {
    const arrival = watch.at(BigInt(found[n]!.height));
    return arrival.atMs - submittedMs;
  }));
}
