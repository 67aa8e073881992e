import type { RunReport } from "./report.ts";

/** What several runs did together. */
export interface Totals {
  seeds: number;
  heights: number;
  transfers: number;
  virtualMs: number;
  /** How often each kind of fault happened. */
  faults: Record<string, number>;
  /** How many validators behaved in each way. */
  byzantine: Record<string, number>;
  convicted: number;
  violations: number;
}

export const NOTHING: Readonly<Totals> = {
  seeds: 0,
  heights: 0,
  transfers: 0,
  virtualMs: 0,
  faults: {},
  byzantine: {},
  convicted: 0,
  violations: 0,
};

/** The totals of both. */
export function sum(one: Readonly<Totals>, other: Readonly<Totals>): Totals {
  return {
    seeds: one.seeds + other.seeds,
    heights: one.heights + other.heights,
    transfers: one.transfers + other.transfers,
    virtualMs: one.virtualMs + other.virtualMs,
    faults: counts(one.faults, other.faults),
    byzantine: counts(one.byzantine, other.byzantine),
    convicted: one.convicted + other.convicted,
    violations: one.violations + other.violations,
  };
}

export function totalsOf(report: RunReport): Totals {
  return {
    seeds: 1,
    heights: Number(report.heights),
    transfers: report.transfers,
    virtualMs: Math.round(report.virtualMs),
    faults: report.faults,
    byzantine: report.byzantine,
    convicted: report.convicted,
    violations: report.violations.length,
  };
}

function counts(
  one: Record<string, number>,
  other: Record<string, number>,
): Record<string, number> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.toSorted().map((name) => [
      name,
      (one[name] ?? 0) + (other[name] ?? 0),
    ]),
  );
}
