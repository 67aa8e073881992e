/** Percentiles by the nearest rank: each is one of the samples. */

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** The smallest sample that at least `share` of all do not exceed; 0 of none. `sorted` ascends. */
export function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? 0;
}

/** Samples in any order. */
export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
}

/** The middle one. */
export function median(samples: readonly number[]): number {
  return percentiles(samples).p50;
}
