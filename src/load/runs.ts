import { median } from "../percentile/mod.ts";
import type { LoadFigures, LoadReport, LoadRuns } from "./types.ts";

type Json = string | number | boolean | null | { [name: string]: Json };

/**
 * One report of several runs of the same load: every figure is the median, so
 * parts need not add up to their sum; what went on over time is that of the run
 * whose CPU per transfer is the median.
 */
export function joinRuns(reports: readonly LoadReport[]): LoadReport {
  const cpuOf = ({ figures }: LoadReport) =>
    figures.cpu_us_per_tx.per_validator;
  const middle = median(reports.map(cpuOf));
  const typical = reports.find((report) => cpuOf(report) === middle)!;
  if (reports.length === 1) return typical;
  const each = reports.map(({ figures }) => figures);
  return {
    ...typical,
    figures: combine(each as unknown as Json[]) as unknown as LoadFigures,
    runs: { count: each.length, ranges: rangesOf(each), each },
  };
}

/** Numbers become their median; of what is not a number, the first counts. */
function combine(all: readonly Json[]): Json {
  const [first] = all;
  if (typeof first === "number") return median(all as number[]);
  if (typeof first !== "object" || first === null) return first!;
  return Object.fromEntries(
    namesIn(all).map((
      name,
    ) => [name, combine(all.map((one) => at(one, name)))]),
  );
}

/** Of every figure that is measured, by its path: least and most. */
function rangesOf(each: readonly LoadFigures[]): LoadRuns["ranges"] {
  const ranges: LoadRuns["ranges"] = {};
  const visit = (path: string, all: readonly Json[]) => {
    if (typeof all[0] === "number") {
      const numbers = all as number[];
      ranges[path] = [Math.min(...numbers), Math.max(...numbers)];
    } else if (typeof all[0] === "object" && all[0] !== null) {
      for (const name of namesIn(all)) {
        visit(
          path === "" ? name : `${path}.${name}`,
          all.map((one) => at(one, name)),
        );
      }
    }
  };
  const measured = each.map(({ workload: _, machine: __, ...rest }) => rest);
  visit("", measured as unknown as Json[]);
  return ranges;
}

function namesIn(all: readonly Json[]): string[] {
  return [...new Set(all.flatMap((one) => Object.keys(one as object)))];
}

/** A thread that a run did not have took no time in it. */
function at(one: Json, name: string): Json {
  const known = (one as { [name: string]: Json })[name];
  return known === undefined ? 0 : known;
}
