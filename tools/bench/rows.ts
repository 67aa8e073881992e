import { z } from "zod";

/** What the reference of a group is called. */
const REFERENCE = "node:crypto::verify/";

const result = z.object({
  ok: z.object({ min: z.number(), p75: z.number() }),
});
const report = z.object({
  benches: z.array(z.object({
    group: z.string().nullable(),
    name: z.string(),
    results: z.array(result).min(1),
  })),
});

/** What `deno bench --json` prints. Times are nanoseconds of one call. */
export type BenchReport = z.infer<typeof report>;

/** One benchmark, for one transfer; for one call where its name tells of none. */
export interface BenchRow {
  name: string;
  /** Of the fastest call, and of one that three of four do not exceed. */
  leastUs: number;
  usualUs: number;
  /** `leastUs` in signature checks of its group; 0 where the group has none. */
  checks: number;
}

/** @throws SyntaxError, ZodError, also when a benchmark failed. */
export function parseBench(text: string): BenchReport {
  return report.parse(JSON.parse(text));
}

export function benchRows({ benches }: BenchReport): BenchRow[] {
  const all = benches.map(({ group, name, results }) => {
    const { min, p75 } = results[0]!.ok;
    const ns = 1_000 * countOf(name);
    return { group, name, leastUs: min / ns, usualUs: p75 / ns };
  });
  const references = new Map(
    all.filter(({ name }) => name.startsWith(REFERENCE))
      .map(({ group, leastUs }) => [group, leastUs]),
  );
  return all.map(({ group, name, leastUs, usualUs }) => {
    const check = references.get(group);
    return { name, leastUs, usualUs, checks: check ? leastUs / check : 0 };
  });
}

/** How many transfers, or calls, one run of a benchmark has: its name says so. */
function countOf(name: string): number {
  const [, count] = /(?:transfers|calls)=(\d+)/.exec(name) ?? [];
  return Number(count ?? 1);
}
