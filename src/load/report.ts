import { cpuPerTransaction } from "./cpu.ts";
import type { LoadFigures, Percentiles } from "./types.ts";
import type { Window } from "./window.ts";

/** What the figures are made of. */
export interface Findings {
  window: Window;
  /** Transfers executed in the blocks of the window. */
  committed: number;
  latencyMs: Percentiles;
  verifyUs: number;
  /** Of all transfers of the run. */
  transfers: number;
  envelopeBytes: number;
  /** Written by one node, in the mean. */
  diskBytes: number;
}

export function windowSeconds({ first, last }: Window): number {
  return (last.atMs - first.atMs) / 1_000;
}

/** The figures, rounded to what they can tell. */
export function figuresOf(findings: Findings): LoadFigures {
  const { window, committed, latencyMs, verifyUs, transfers } = findings;
  const { first, last } = window;
  const cpu = cpuPerTransaction(window.cpu, committed);
  const blocks = Number(last.height - first.height);
  return rounded({
    tps: committed / windowSeconds(window),
    committed,
    tx_bytes: findings.envelopeBytes / transfers,
    latency_ms: latencyMs,
    block_interval_ms: (last.atMs - first.atMs) / Math.max(1, blocks),
    cpu_us_per_tx: cpu,
    reference: {
      node_crypto_verify_us: verifyUs,
      ratio: cpu.per_validator / verifyUs,
    },
    disk_bytes_per_tx: findings.diskBytes / transfers,
    rss_mb: window.residentBytes / 1_000_000,
  });
}

/** Every number in it with at most two decimals. */
function rounded<T extends object>(value: T): T {
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    typeof inner === "number" ? Math.round(inner * 100) / 100 : rounded(inner),
  ]);
  return Object.fromEntries(entries);
}
