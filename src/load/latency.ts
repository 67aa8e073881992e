import type { BlockWatch } from "./blocks.ts";
import { callMany } from "./calls.ts";
import type { Sample } from "./samples.ts";
import type { LatencySample } from "./types.ts";

const SAMPLES_MAX = 2_000;

/** From submission until the news of the block; asked for afterwards, so that the question does not load the nodes. */
export async function latencies(
  rpc: string,
  watch: BlockWatch,
  samples: readonly Sample[],
): Promise<LatencySample[]> {
  const step = Math.max(1, Math.ceil(samples.length / SAMPLES_MAX));
  const chosen = samples.filter((_, n) => n % step === 0);
  const found: LatencySample[] = [];
  await callMany<{ height: number }>(rpc, "transaction", {
    count: chosen.length,
    paramsOf: (n) => ({ hash: chosen[n]!.id.toHex() }),
    onResult(n, { height }) {
      const { submittedMs } = chosen[n]!;
      const latencyMs = watch.at(BigInt(height)).atMs - submittedMs;
      found[n] = { submittedMs, latencyMs };
    },
  });
  return found;
}
