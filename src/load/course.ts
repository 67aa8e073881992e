import type { Arrival } from "./blocks.ts";
import type { LatencySample, LoadCourse } from "./types.ts";
import type { Window } from "./window.ts";

/** What went on in the window, for whoever draws it. */
export function courseOf(
  { window, arrivals, latencies, committed }: {
    window: Window;
    /** Of all blocks from the first of the window on, the first included. */
    arrivals: readonly Arrival[];
    latencies: readonly LatencySample[];
    committed: number;
  },
): LoadCourse {
  const { first, last, cpu, memory } = window;
  const secondsOf = (atMs: number) => (atMs - first.atMs) / 1_000;
  const within = arrivals.filter(({ height }) => height <= last.height);
  return {
    blocks: within.slice(1).map((arrival, n) => ({
      atSeconds: secondsOf(arrival.atMs),
      transactions: arrival.transactions - within[n]!.transactions,
      intervalMs: arrival.atMs - within[n]!.atMs,
    })),
    memory: memory.looks.map(({ atMs, bytes }) => ({
      atSeconds: secondsOf(atMs),
      nodesMb: bytes.map((one) => one / 1_000_000),
    })),
    cpu: cpu.map((threads) =>
      [...Map.groupBy(threads, ({ name }) => name)]
        .map(([name, group]) => ({
          name,
          us: group.reduce((sum, { cpuUs }) => sum + cpuUs, 0) /
            Math.max(1, committed),
        }))
        .sort((a, b) => b.us - a.us)
    ),
    latencies: latencies.map(({ latencyMs }) => latencyMs)
      .toSorted((a, b) => a - b),
  };
}
