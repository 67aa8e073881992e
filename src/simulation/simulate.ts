import { nameOf } from "./cluster.ts";
import { picture } from "./picture.ts";
import type { RunReport } from "./report.ts";
import { FaultRun, type RunOptions } from "./run.ts";

/** A run, and what happened last in it, for a person to read. */
export interface Simulated {
  report: RunReport;
  story: string;
  /** The run as SVG. */
  svg: string;
}

/** Runs a seed twice, and adds a violation where the second run took another way than the first. */
export async function simulate(options: RunOptions): Promise<Simulated> {
  const first = await simulateOnce(options);
  if (first.report.violations.length > 0) return first;
  const { report } = await simulateOnce(options);
  if (report.trace === first.report.trace) return first;
  first.report.violations.push("the same seed took two ways");
  return first;
}

/** Runs a seed. */
export async function simulateOnce(options: RunOptions): Promise<Simulated> {
  const run = new FaultRun(options);
  const report = await run.run();
  const { cluster, plan } = run;
  const svg = picture(cluster.timeline, {
    title: `seed ${options.seed}, ${report.heights} heights`,
    names: cluster.nodes.map((_, index) =>
      plan.byzantine.get(index) ?? nameOf(index)
    ),
    endMs: report.virtualMs,
  });
  return { report, story: cluster.story.text(), svg };
}
