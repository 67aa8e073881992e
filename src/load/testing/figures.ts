import type { LoadFigures } from "../types.ts";

/** Figures of a run in which one thread did everything, for tests. */
export function testFigures(
  { executor, verify = 20, validators = 1, threads = { executor } }: {
    executor: number;
    verify?: number;
    validators?: number;
    threads?: Record<string, number>;
  },
): LoadFigures {
  return {
    ...{ tps: 9_000, committed: 18_000, tx_bytes: 154 },
    latency_ms: { p50: 10, p95: 20, p99: 30 },
    ...{ block_interval_ms: 50, block_interval_max_ms: 80 },
    cpu_us_per_tx: {
      total: executor * validators,
      per_validator: executor,
      busiest_thread: executor,
      kernel: 1,
      by_thread: threads,
    },
    reference: {
      node_crypto_verify_us: verify,
      ...{ before_us: verify, during_us: verify, after_us: verify },
      ...{ least_us: verify, most_us: verify },
      ratio: executor / verify,
    },
    ...{ disk_bytes_per_tx: 300, rss_mb: 400 },
    ...{ rss_peak_mb: 410, rss_mb_per_minute: 1 },
    generator: {
      ...{ busy: 0.1, cores: 0.2, starved: 0, sent_per_second: 9_000 },
      ...{ late_ms: 0, signed_per_second: 20_000, rss_mb: 300 },
    },
    workload: {
      ...{ validators, shards: 1, seconds: 2, rate: null },
      ...{ accounts: 100, zipf: false },
    },
    machine: {
      ...{ cpu: "one", cores: 2, memory_mb: 1_000, system: "linux" },
      ...{ deno: "2", v8: "15", load_before: 0, others_cores: 0 },
      at: "2026-01-01T00:00:00.000Z",
    },
  };
}
