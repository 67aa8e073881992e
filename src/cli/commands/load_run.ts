import {
  compareFigures,
  type Comparison,
  drawPage,
  type EarlierFigures,
  joinRuns,
  type LoadReport,
  parseFigures,
  type ProfileFigures,
  profileFigures,
  readProfiles,
  runLoad,
} from "../../load/mod.ts";
import { processors, systemClock, systemRandom } from "../../platform/mod.ts";
import { shardsFor } from "../../execution/mod.ts";
import { usage } from "../failure.ts";
import {
  comparisonText,
  figuresText,
  launchNodes,
  loadNotes,
  profileText,
  profiling,
  rangesText,
  runText,
} from "../load/mod.ts";
import type { Output } from "../output.ts";
import { interrupted } from "../signals.ts";
import type { LoadCommandOptions } from "./load.ts";

/** Runs the load and shows what it found. Nothing is left behind, whatever happens. */
export async function runLoadCommand(
  output: Output,
  options: LoadCommandOptions,
): Promise<void> {
  refuse(options);
  const before = await readEarlier(options);
  const runtimeArgs = await profiling(options.profile);
  if (options.html !== undefined) await tryWriting(options.html);
  const report = joinRuns(await measureAll(output, options, runtimeArgs));
  const profile = await profileOf(report, options);
  const comparison = before && compareFigures(before, report.figures);
  if (options.html !== undefined) {
    await Deno.writeTextFile(options.html, await drawPage(report, profile));
  }
  const text = async () =>
    [
      await figuresText(report),
      report.runs && await rangesText(report.figures, report.runs),
      profile && await profileText(profile),
      comparison && await comparisonText(comparison),
    ].filter((part) => part !== undefined).join("\n\n");
  // People see it as well when a program reads standard output.
  if (output.json) output.note(await text());
  await output.result(resultOf(report, profile, comparison), text);
}

/** One run after the other, each with what must be known of it. */
async function measureAll(
  output: Output,
  options: LoadCommandOptions,
  runtimeArgs: (node: number) => string[],
): Promise<LoadReport[]> {
  const { runs } = options;
  const reports: LoadReport[] = [];
  while (reports.length < runs) {
    const which = `Run ${reports.length + 1} of ${runs}`;
    const report = await measure(output, options, runtimeArgs);
    reports.push(report);
    if (runs > 1) output.note(`${which}: ${runText(report)}`);
    for (const note of loadNotes(report)) output.note(note);
  }
  return reports;
}

function resultOf(
  { figures, runs }: LoadReport,
  profile: ProfileFigures | undefined,
  comparison: Comparison | undefined,
) {
  return {
    ...figures,
    ...(runs && { runs }),
    ...(profile && { profile }),
    ...(comparison && { comparison }),
  };
}

async function measure(
  output: Output,
  options: LoadCommandOptions,
  runtimeArgs: (node: number) => string[],
): Promise<LoadReport> {
  const { validators, seconds, rate, accounts, zipf = false } = options;
  const shards = options.shards ?? shardsFor(processors());
  const directory = await Deno.makeTempDir({ prefix: "rustorium-load-" });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(directory, { recursive: true }));
  const nodes = cleanup.use(
    launchNodes({ directory, validators, shards, runtimeArgs }),
  );
  const running = runLoad({ seconds, rate, accounts, zipf, shards }, {
    clock: systemClock(),
    random: systemRandom(),
    launch: nodes.launch,
    directory,
    onProgress: (text) => output.progress(text),
  });
  return await Promise.race([
    running,
    interrupted("The load was ended before its result; nothing is left of it."),
  ]);
}

/** What does not go together. */
function refuse({ runs, profile }: LoadCommandOptions): void {
  if (runs > 1 && profile !== undefined) {
    throw usage("--profile shows one run: leave --runs out.");
  }
}

async function readEarlier(
  { compare }: LoadCommandOptions,
): Promise<EarlierFigures | undefined> {
  if (compare === undefined) return undefined;
  const text = await Deno.readTextFile(compare).catch(() => {
    throw usage(
      `${compare} cannot be read; --compare takes a file that holds what load --json printed.`,
    );
  });
  try {
    return parseFigures(text);
  } catch {
    throw usage(`${compare} does not hold what load --json printed.`);
  }
}

/** A long run must not end with a file that cannot be written. */
async function tryWriting(file: string): Promise<void> {
  try {
    await Deno.writeTextFile(file, "");
  } catch {
    throw usage(`${file} cannot be written; choose another file for --html.`);
  }
}

async function profileOf(
  { figures, uptimeUs }: LoadReport,
  { profile, validators }: LoadCommandOptions,
): Promise<ProfileFigures | undefined> {
  if (profile === undefined) return undefined;
  const threads = await readProfiles(profile, validators, uptimeUs);
  return profileFigures(threads, figures.cpu_us_per_tx);
}
