import {
  chainLike,
  NOTHING,
  type RunOptions,
  type RunReport,
  type SimChain,
  simulate,
  type Simulated,
  simulateOnce,
  sum,
  type Totals,
  totalsOf,
} from "../../simulation/mod.ts";
import { Exit } from "../exit.ts";
import { usage } from "../failure.ts";
import { parseGenesis } from "../home/mod.ts";
import { green, type Output, red } from "../output.ts";
import { interrupted } from "../signals.ts";
import { grouped, record } from "../table.ts";
import {
  type SimulateOptions,
  VALIDATORS_MAX,
  WIDE_VALIDATORS_MAX,
} from "./simulate.ts";
import { runRegions } from "./simulate_regions.ts";

const HOUR_MS = 3_600_000;

interface Failed {
  seed: number;
  what: string[];
  /** The command line that does it again. */
  repeat: string;
}

/** Runs seed after seed, up to the first that fails; with regions the one seed, all over the world. */
export async function runSimulate(
  output: Output,
  options: SimulateOptions,
): Promise<void> {
  refuseOthers(options);
  const chain = await chainOf(output, options);
  if (options.regions !== undefined) {
    return await runRegions(output, options, options.regions, chain);
  }
  const stopped = interrupted();
  let totals: Totals = NOTHING;
  const traces: { seed: number; trace: string }[] = [];
  let failed: Failed | undefined;
  const { seed: first, seeds, log, picture } = options;
  for (let seed = first; seed < first + seeds && !failed; seed++) {
    const running = runSeed(output, options, { seed, ...(chain && { chain }) });
    const { report, story, svg } = await Promise.race([running, stopped]);
    totals = sum(totals, totalsOf(report));
    traces.push({ seed, trace: report.trace });
    output.note(line(report));
    if (picture !== undefined) await Deno.writeTextFile(picture, svg);
    if (report.violations.length === 0) continue;
    await Deno.writeTextFile(log, story);
    failed = { seed, what: report.violations, repeat: repeatOf(seed, options) };
    output.note(`What happened last is in ${log}.`);
    Deno.exitCode = Exit.failure;
  }
  await output.result(
    jsonOf(totals, traces, failed),
    () => human(totals, traces, failed),
  );
}

/** Options that are for the other kind of run. */
function refuseOthers(options: SimulateOptions): void {
  const { regions, rate, heights, seeds, hours, validators = 0 } = options;
  if (regions === undefined) {
    if (rate !== undefined || heights !== undefined) {
      throw usage("--rate and --heights are for runs with --regions.");
    }
    if (validators > VALIDATORS_MAX) {
      throw usage(
        `--validators must be at most ${VALIDATORS_MAX}, or ${WIDE_VALIDATORS_MAX} with --regions.`,
      );
    }
  } else if (seeds > 1 || hours > 0) {
    throw usage(
      "--seeds and --hours are for runs through faults; leave them out with --regions.",
    );
  }
}

async function runSeed(
  output: Output,
  { validators, hours, once }: SimulateOptions,
  options: Pick<RunOptions, "seed" | "chain">,
): Promise<Simulated> {
  const run = once ? simulateOnce : simulate;
  return await run({
    ...options,
    ...(validators !== undefined && { validators }),
    virtualMs: hours * HOUR_MS,
    onProgress: (height, virtualMs) =>
      output.progress(
        `Seed ${options.seed}: height ${grouped(height)}, ${
          (virtualMs / HOUR_MS).toFixed(2)
        } virtual hours`,
      ),
  });
}

/** The operator's chain, with keys of which the simulator has the secret parts. */
async function chainOf(
  output: Output,
  { genesis: file, validators, regions }: SimulateOptions,
): Promise<SimChain | undefined> {
  if (file === undefined) return undefined;
  if (validators !== undefined) {
    throw usage(
      "--validators is for a chain of the seed; leave it out with --genesis.",
    );
  }
  const genesis = parseGenesis(await Deno.readTextFile(file), file);
  const count = genesis.validators?.validators.length ?? 0;
  const most = regions === undefined ? VALIDATORS_MAX : WIDE_VALIDATORS_MAX;
  if (count > most) {
    throw usage(
      `${file} has ${count} validators; at most ${most} can be simulated.`,
    );
  }
  output.note(
    `${genesis.chainId}: parameters, powers and balances are yours; the keys of all validators and of the richest accounts are simulated ones.`,
  );
  return chainLike(genesis);
}

function line({ seed, validators, heights, ...report }: RunReport): string {
  const faults = Object.values(report.faults).reduce((a, b) => a + b, 0);
  const names = Object.keys(report.byzantine).join(" and ");
  return `seed ${seed}: ${validators} validators${
    names && `, ${names}`
  }, ${faults} faults, ${grouped(heights)} heights, ${
    (report.virtualMs / 1_000).toFixed(1)
  } virtual seconds${report.violations.length > 0 ? `: ${red("failed")}` : ""}`;
}

function repeatOf(
  seed: number,
  { genesis, validators, hours }: SimulateOptions,
): string {
  return [
    `rustorium simulate --seed ${seed}`,
    genesis !== undefined && `--genesis ${genesis}`,
    validators !== undefined && `--validators ${validators}`,
    hours > 0 && `--hours ${hours}`,
  ].filter((part) => part !== false).join(" ");
}

function jsonOf(
  totals: Totals,
  traces: { seed: number; trace: string }[],
  failed: Failed | undefined,
): object {
  const { virtualMs, ...counts } = totals;
  return {
    ...counts,
    virtual_hours: virtualMs / HOUR_MS,
    traces,
    ...(failed && { failed }),
  };
}

async function human(
  totals: Totals,
  traces: { trace: string }[],
  failed: Failed | undefined,
): Promise<string> {
  const { seeds, heights, transfers, virtualMs, faults, byzantine } = totals;
  const counted = (counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `${name} ${grouped(count)}`)
      .join(", ") || "none";
  return await record([
    ["seeds", grouped(seeds)],
    ["heights", grouped(heights)],
    ["transfers", grouped(transfers)],
    ["virtual time", `${(virtualMs / HOUR_MS).toFixed(3)} hours`],
    ["faults", counted(faults)],
    ["Byzantine validators", counted(byzantine)],
    ["convicted of them", grouped(totals.convicted)],
    ["last trace", traces.at(-1)!.trace],
    ["violations", failed ? red(failed.what.join("; ")) : green("none")],
    ...(failed ? [["repeat", failed.repeat] as const] : []),
  ]);
}
