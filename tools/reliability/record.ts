import { NOTHING, sum, type Totals } from "../../src/simulation/mod.ts";

/** Seeds from the first to the last, both included. */
export type Range = [first: number, last: number];

/** What `docs/reliability.json` holds: counts of all seeds that were run, and whether the checker can be trusted. */
export interface Reliability {
  /** Ascending, apart from each other. */
  seed_ranges: Range[];
  seeds: number;
  /** Every seed runs twice; one of the two runs is counted. */
  virtual_hours: number;
  heights: number;
  transfers: number;
  /** How often each kind of fault happened. */
  faults: Record<string, number>;
  faults_total: number;
  /** How many validators behaved in each way. */
  byzantine: Record<string, number>;
  /** Validators that blocks convict. */
  convicted: number;
  violations: number;
  /** Nodes made wrong on purpose, and whether the checker caught them. */
  canaries: Record<string, "caught" | "missed">;
}

const HOUR_MS = 3_600_000;
const HOURS_DIGITS = 1e6;

export const EMPTY: Readonly<Reliability> = recordOf(NOTHING, [], {});

export function recordOf(
  totals: Readonly<Totals>,
  ranges: Range[],
  canaries: Reliability["canaries"],
): Reliability {
  const { virtualMs, seeds, heights, transfers, convicted, violations } =
    totals;
  return {
    seed_ranges: ranges,
    seeds,
    virtual_hours: Math.round(virtualMs / HOUR_MS * HOURS_DIGITS) /
      HOURS_DIGITS,
    heights,
    transfers,
    faults: totals.faults,
    faults_total: Object.values(totals.faults).reduce((a, b) => a + b, 0),
    byzantine: totals.byzantine,
    convicted,
    violations,
    canaries,
  };
}

/** Both together. Throws where they have a seed in common. */
export function merge(
  one: Readonly<Reliability>,
  other: Readonly<Reliability>,
): Reliability {
  return recordOf(
    sum(totalsOf(one), totalsOf(other)),
    joined([...one.seed_ranges, ...other.seed_ranges]),
    { ...one.canaries, ...other.canaries },
  );
}

export function has({ seed_ranges }: Reliability, seed: number): boolean {
  return seed_ranges.some(([first, last]) => first <= seed && seed <= last);
}

function totalsOf(record: Readonly<Reliability>): Totals {
  const { virtual_hours, ...totals } = record;
  return { ...totals, virtualMs: virtual_hours * HOUR_MS };
}

function joined(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = out.at(-1);
    if (before && first <= before[1]) {
      throw new RangeError(`seed ${first} is counted twice`);
    }
    if (before && first === before[1] + 1) before[1] = last;
    else out.push([first, last]);
  }
  return out;
}
