import { nameOf } from "../cluster.ts";
import { picture } from "../picture.ts";
import type { WanFigures } from "./figures.ts";
import { REGIONS } from "./regions.ts";
import { type WanOptions, WanRun } from "./run.ts";
import { regionOf } from "./world.ts";

/** Rows of a picture. */
const ROWS_MAX = 20;

/** A run all over the world, and what happened last in it. */
export interface WanSimulated {
  /** Missing where something did not hold. */
  figures?: WanFigures;
  /** What did not hold. */
  violations: string[];
  story: string;
  /** The run as SVG, of many validators the first of them. */
  svg: string;
}

/** Runs validators all over the world; unless `isOnce` twice, and both must go the same way. */
export async function simulateWan(
  options: WanOptions,
  isOnce = false,
): Promise<WanSimulated> {
  const first = await runOnce(options);
  if (isOnce || !first.figures) return first;
  const again = await runOnce(options);
  if (again.figures?.trace === first.figures.trace) return first;
  return { ...first, violations: ["the same seed took two ways"] };
}

async function runOnce(options: WanOptions): Promise<WanSimulated> {
  const run = new WanRun(options);
  const { cluster } = run;
  const violations: string[] = [];
  let figures: WanFigures | undefined;
  try {
    figures = await run.run();
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
    await cluster.stop().catch(() => undefined);
  }
  const { seed, validators, regions } = options;
  const rows = Math.min(validators, ROWS_MAX);
  const { reached } = cluster.timeline;
  const svg = picture({
    marks: [],
    reached: reached.filter(({ node }) => node < rows),
  }, {
    title: `seed ${seed}, ${validators} validators in ${regions} regions`,
    names: Array.from(
      { length: rows },
      (_, index) =>
        `${nameOf(index)} ${REGIONS[regionOf(index, regions)]!.place}`,
    ),
    endMs: cluster.scheduler.now(),
  });
  const story = cluster.story.text();
  return { ...(figures && { figures }), violations, story, svg };
}
