import type { Effort } from "./experiments.ts";
import type { PerformanceRecord, WanFigures } from "./record.ts";

/** Of each number of validators, how many blocks are measured: a hundred validators send each other 55,000 messages for each. */
const HEIGHTS: readonly (readonly [validators: number, heights: number])[] = [
  [4, 40],
  [16, 30],
  [64, 12],
  [100, 8],
];
/** Transfers a second. */
const RATES = [100, 2_000];
/** More take minutes for each block. */
const QUICK_VALIDATORS_MAX = 16;

/** Arguments of `simulate` for validators all over the world. */
export function wanRuns({ runs }: Pick<Effort, "runs">): string[][] {
  const isQuick = runs === 1;
  return RATES.flatMap((rate) =>
    HEIGHTS.filter(([validators]) =>
      !isQuick || validators <= QUICK_VALIDATORS_MAX
    ).map(([validators, heights]) => [
      ...["--regions", "10", "--validators", `${validators}`],
      ...["--rate", `${rate}`, "--heights", `${heights}`],
    ])
  );
}

/** What is known of all over the world, with few validators first; of a rate or of all. */
export function wanFigures(
  { wan }: PerformanceRecord,
  rate?: number,
): WanFigures[] {
  return Object.values(wan)
    .filter((figures) => rate === undefined || figures.rate === rate)
    .toSorted((one, other) =>
      one.validators - other.validators || one.rate - other.rate
    );
}

export const WAN_RATE = RATES[0]!;
