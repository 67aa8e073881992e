import { z } from "zod";
import type { LoadFigures } from "./types.ts";

const count = z.number();
const earlier = z.object({
  tps: count,
  latency_ms: z.object({ p50: count, p95: count, p99: count }),
  block_interval_ms: count,
  cpu_us_per_tx: z.object({
    total: count,
    per_validator: count,
    busiest_thread: count,
    kernel: count.default(0),
    by_thread: z.record(z.string(), count),
  }),
  reference: z.object({ node_crypto_verify_us: z.number().positive() }),
  disk_bytes_per_tx: count,
  rss_mb: count,
  workload: z.record(z.string(), z.unknown()),
  machine: z.object({ cpu: z.string(), cores: count, at: z.string() }),
});

/** What is used of an earlier run's figures. */
export type EarlierFigures = z.infer<typeof earlier>;

/** One figure of two runs. */
export interface Difference {
  name: string;
  before: number;
  now: number;
  /** `now` by `before`; null where there was nothing before. */
  ratio: number | null;
}

export interface Comparison {
  /** CPU as a multiple of the signature check of its own run, so that runs on a busy and on a quiet machine compare. */
  cpu: Difference[];
  others: Difference[];
  /** What was asked for or where it ran, and is not the same. */
  unlike: string[];
}

/** Reads what `load --json` printed, last line. @throws SyntaxError, ZodError */
export function parseFigures(text: string): EarlierFigures {
  const line = text.trim().split("\n").at(-1) ?? "";
  // A file that was formatted has more than one line.
  return earlier.parse(JSON.parse(line.startsWith("{") ? line : text));
}

/** What changed between two runs. */
export function compareFigures(
  before: EarlierFigures,
  now: LoadFigures,
): Comparison {
  const cpuOf = ({ cpu_us_per_tx, reference }: EarlierFigures) => {
    const { by_thread, ...sums } = cpu_us_per_tx;
    const all = Object.entries({ ...sums, ...by_thread });
    return new Map(
      all.map(([name, us]) => [name, us / reference.node_crypto_verify_us]),
    );
  };
  const otherOf = (figures: EarlierFigures) =>
    new Map([
      ["tps", figures.tps],
      ["latency_ms.p50", figures.latency_ms.p50],
      ["latency_ms.p95", figures.latency_ms.p95],
      ["latency_ms.p99", figures.latency_ms.p99],
      ["block_interval_ms", figures.block_interval_ms],
      ["disk_bytes_per_tx", figures.disk_bytes_per_tx],
      ["rss_mb", figures.rss_mb],
    ]);
  const recent = earlier.parse(now);
  return {
    cpu: differences(cpuOf(before), cpuOf(recent)),
    others: differences(otherOf(before), otherOf(recent)),
    unlike: unlike(before, recent),
  };
}

function differences(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): Difference[] {
  return [...new Set([...now.keys(), ...before.keys()])].map((name) => {
    const [old, recent] = [before.get(name) ?? 0, now.get(name) ?? 0];
    return {
      name,
      before: rounded(old),
      now: rounded(recent),
      ratio: old === 0 ? null : rounded(recent / old),
    };
  });
}

function unlike(before: EarlierFigures, now: EarlierFigures): string[] {
  const facts = ({ workload, machine }: EarlierFigures) => ({
    ...workload,
    cpu: machine.cpu,
    cores: machine.cores,
  });
  const recent: Record<string, unknown> = facts(now);
  return Object.entries(facts(before))
    .filter(([name, value]) => recent[name] !== value)
    .map(([name, value]) => `${name}: ${value} before, ${recent[name]} now`);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
