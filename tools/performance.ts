/**
 * Measures, and writes `docs/performance.md` with its plots:
 *
 *     deno task build:performance [--quick] [--only NAME]… [--fresh]
 *       [--seconds N] [--runs N] [--draw | --check]
 *
 * Everything that was measured is kept in `docs/performance.json`, at once: a
 * run that was stopped goes on where it was. `--fresh` measures again what is
 * there, `--only` takes the experiments with these names (`benches`, `wan`
 * and `network` as well), `--seconds` and `--runs` change single efforts.
 * `--draw` measures nothing; `--check` writes nothing either, and fails where
 * the documents are others. For figures to keep, nothing else should run on
 * the machine: one and a half hours of it, or ten minutes with `--quick`.
 */
import { parseArgs } from "node:util";
import { writeDocument } from "./generated_doc.ts";
import {
  argsOf,
  type Effort,
  EXPERIMENTS,
  FULL,
  QUICK,
} from "./performance/experiments.ts";
import {
  runBenches,
  runLoad,
  runNetworkBench,
  runWan,
} from "./performance/measure.ts";
import { NETWORK_BENCHES, type NetworkFigures } from "./performance/network.ts";
import { drawPlots } from "./performance/plots.ts";
import {
  type PerformanceRecord,
  readRecord,
  writeRecord,
} from "./performance/record.ts";
import { fill } from "./performance/tables.ts";
import { wanRuns } from "./performance/wan.ts";
import { ENGLISH, JAPANESE } from "./performance/words.ts";

const PLOTS = new URL("../docs/performance/", import.meta.url);

const DOCUMENTS = [
  ["docs/performance.md", "english.txt", ENGLISH],
  ["docs/performance.ja.md", "japanese.txt", JAPANESE],
] as const;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seconds: { type: "string" },
    runs: { type: "string" },
    only: { type: "string", multiple: true },
    fresh: { type: "boolean", default: false },
    draw: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

const isWanted = (name: string) => values.only?.includes(name) ?? true;

/** Loads that are to be run: each once, though several experiments have it. */
function loadsOf(record: PerformanceRecord, effort: Effort): string[][] {
  const all = EXPERIMENTS.filter(({ name }) => isWanted(name))
    .flatMap(({ points }) => points.map((point) => argsOf(point, effort)))
    .filter((args) => args !== undefined);
  const byName = new Map(all.map((args) => [args.join(" "), args]));
  return [...byName]
    .filter(([name]) => values.fresh || !(name in record.loads))
    .map(([, args]) => args);
}

async function measure(record: PerformanceRecord): Promise<void> {
  const effort = values.quick ? QUICK : FULL;
  const loads = loadsOf(record, {
    ...effort,
    seconds: Number(values.seconds ?? effort.seconds),
    runs: Number(values.runs ?? effort.runs),
  });
  for (const [n, args] of loads.entries()) {
    console.error(`${n + 1} of ${loads.length}: load ${args.join(" ")}`);
    await keep(record, record.loads, args, runLoad);
  }
  const worlds = isWanted("wan") ? wanRuns(effort) : [];
  for (const args of worlds) {
    if (!values.fresh && args.join(" ") in record.wan) continue;
    console.error(`simulate ${args.join(" ")}`);
    await keep(record, record.wan, args, runWan);
  }
  for (const name of isWanted("network") ? NETWORK_BENCHES : []) {
    if (!values.fresh && record.network[name]) continue;
    console.error(`bench/${name}.ts`);
    await keepBench(record, name);
  }
  const hasBenches = record.benches.length > 0 && !values.fresh;
  if (isWanted("benches") && !hasBenches) {
    console.error("benchmarks");
    record.benches = await runBenches();
    await writeRecord(record);
  }
}

/** Runs it and writes down what came of it. */
async function keep<T>(
  record: PerformanceRecord,
  kept: Record<string, T>,
  args: string[],
  run: (args: string[]) => Promise<T>,
): Promise<void> {
  const name = args.join(" ");
  delete record.failed[name];
  try {
    kept[name] = await run(args);
  } catch (error) {
    record.failed[name] = (error as Error).message.split("\n").at(-1)!;
    Deno.exitCode = 1;
  }
  await writeRecord(record);
}

async function keepBench<Name extends keyof NetworkFigures>(
  record: PerformanceRecord,
  name: Name,
): Promise<void> {
  record.network[name] = await runNetworkBench(name);
  await writeRecord(record);
}

async function draw(plots: ReadonlyMap<string, string>): Promise<void> {
  await Deno.mkdir(PLOTS, { recursive: true });
  for (const [name, svg] of plots) {
    await Deno.writeTextFile(new URL(`${name}.svg`, PLOTS), svg);
  }
}

const record = await readRecord();
if (!values.draw && !values.check) await measure(record);
const plots = drawPlots(record);
if (!values.check) await draw(plots);
for (
  const [file, source, words] of DOCUMENTS
) {
  const template = new URL(`./performance/${source}`, import.meta.url);
  const text = fill(
    ...[await Deno.readTextFile(template), record, words] as const,
    new Set(plots.keys()),
  );
  await writeDocument(file, text);
}
