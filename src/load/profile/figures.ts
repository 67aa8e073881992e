import type { CpuPerTransaction } from "../types.ts";
import { CATEGORIES, type Category } from "./categories.ts";
import type { ThreadProfile } from "./summary.ts";

/** Where the CPU time of one validator goes, microseconds for one committed transfer. Names are those of the JSON. */
export interface ProfileFigures {
  by_category: Partial<Record<Category | "V8 and others", number>>;
  threads: {
    thread: string;
    us_per_tx: number;
    functions: {
      name: string;
      place: string;
      category: Category;
      us_per_tx: number;
    }[];
  }[];
}

const FUNCTIONS_MAX = 15;
/** The thread that takes the samples: no node has it that is not profiled. */
const PROFILER = /^v8:Prof/;

/**
 * Divides the CPU time that the operating system counted for each thread as the
 * samples of its profile are divided: samples count time in which a thread
 * waited for a core as well. What threads without a profile use (compiling,
 * collecting garbage, the database, sockets) is kept apart.
 */
export function profileFigures(
  profiles: readonly ThreadProfile[],
  { by_thread }: CpuPerTransaction,
): ProfileFigures {
  const sums = new Map<Category, number>();
  const threads = profiles.map(({ thread, ranUs, functions, categories }) => {
    const us = by_thread[thread] ?? 0;
    const share = ranUs === 0 ? 0 : us / ranUs;
    for (const [category, selfUs] of categories) {
      sums.set(category, (sums.get(category) ?? 0) + selfUs * share);
    }
    return {
      thread,
      us_per_tx: us,
      functions: functions.slice(0, FUNCTIONS_MAX).map((
        { name, place, category, selfUs },
      ) => ({ name, place, category, us_per_tx: rounded(selfUs * share) })),
    };
  });
  const profiled = new Set(profiles.map(({ thread }) => thread));
  const others = Object.entries(by_thread)
    .filter(([name]) => !profiled.has(name) && !PROFILER.test(name))
    .reduce((sum, [, us]) => sum + us, 0);
  const categories = CATEGORIES
    .map((name) => [name, rounded(sums.get(name) ?? 0)] as const)
    .filter(([, us]) => us > 0)
    .sort(([, a], [, b]) => b - a);
  return {
    by_category: {
      ...Object.fromEntries(categories),
      "V8 and others": rounded(others),
    },
    threads,
  };
}

function rounded(us: number): number {
  return Math.round(us * 100) / 100;
}
