import type { Arrival } from "./blocks.ts";
import { cpuPerTransaction, sumOf } from "./cpu.ts";
import { percentiles } from "../percentile/mod.ts";
import { referenceOf, type ReferenceSlices } from "./reference.ts";
import type {
  LatencySample,
  LoadFigures,
  LoadMachine,
  LoadWorkload,
} from "./types.ts";
import type { Window } from "./window.ts";

/** What the figures are made of. */
export interface Findings {
  window: Window;
  /** Transfers executed in the blocks of the window. */
  committed: number;
  latencies: readonly LatencySample[];
  reference: ReferenceSlices;
  /** From the first block of the window on. */
  arrivals: readonly Arrival[];
  /** Of all transfers of the run. */
  transfers: number;
  envelopeBytes: number;
  /** Written by one node, in the mean. */
  diskBytes: number;
  signedPerSecond: number;
  workload: LoadWorkload;
  machine: Omit<LoadMachine, "others_cores">;
}

export function windowSeconds({ first, last }: Window): number {
  return (last.atMs - first.atMs) / 1_000;
}

/** The figures, rounded to what they can tell. */
export function figuresOf(findings: Findings): LoadFigures {
  const { window, committed, latencies, reference, transfers } = findings;
  const { first, last } = window;
  const cpu = cpuPerTransaction(window.cpu, committed);
  const blocks = Number(last.height - first.height);
  return rounded({
    tps: committed / windowSeconds(window),
    committed,
    tx_bytes: findings.envelopeBytes / transfers,
    latency_ms: percentiles(latencies.map(({ latencyMs }) => latencyMs)),
    block_interval_ms: (last.atMs - first.atMs) / Math.max(1, blocks),
    block_interval_max_ms: longest(findings),
    cpu_us_per_tx: cpu,
    reference: referenceOf(reference, cpu.per_validator),
    disk_bytes_per_tx: findings.diskBytes / transfers,
    rss_mb: window.memory.mostBytes / 1_000_000,
    rss_peak_mb: window.memory.peakBytes / 1_000_000,
    rss_mb_per_minute: window.memory.bytesPerMinute / 1_000_000,
    generator: generatorOf(findings),
    workload: findings.workload,
    machine: { ...findings.machine, others_cores: othersOf(window) },
  });
}

/** Time without a block, at most. */
function longest({ window: { last }, arrivals }: Findings): number {
  const within = arrivals.filter(({ height }) => height <= last.height);
  const gaps = within.slice(1).map(({ atMs }, n) => atMs - within[n]!.atMs);
  return Math.max(0, ...gaps);
}

/** Cores that others kept busy; the time of interrupts is nobody's, and counts here. */
function othersOf(window: Window): number {
  const own = sumOf([...window.cpu.flat(), ...window.generator.cpu]);
  const others = window.machineUs - own.cpuUs;
  return Math.max(0, others) / windowSeconds(window) / 1_000_000;
}

function generatorOf({ window, workload, signedPerSecond }: Findings) {
  const { cpu, sent, starvedMs, lateMs, residentBytes } = window.generator;
  const seconds = windowSeconds(window);
  const busiestUs = Math.max(0, ...cpu.map(({ cpuUs }) => cpuUs));
  return {
    busy: busiestUs / seconds / 1_000_000,
    cores: sumOf(cpu).cpuUs / seconds / 1_000_000,
    starved: starvedMs / seconds / 1_000,
    sent_per_second: sent / seconds,
    late_ms: workload.rate === null ? 0 : lateMs,
    signed_per_second: signedPerSecond,
    rss_mb: residentBytes / 1_000_000,
  };
}

/** Every number in it with at most two decimals. @throws RangeError for one that is not finite. */
function rounded<T extends object>(value: T): T {
  const entries = Object.entries(value).map(([name, inner]) => {
    if (typeof inner === "number") return [name, roundedNumber(name, inner)];
    const isObject = typeof inner === "object" && inner !== null;
    return [name, isObject ? rounded(inner) : inner];
  });
  return Object.fromEntries(entries);
}

function roundedNumber(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} is ${value}`);
  return Math.round(value * 100) / 100;
}
