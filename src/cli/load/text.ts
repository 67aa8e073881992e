import type {
  Comparison,
  Difference,
  LoadFigures,
  LoadReport,
  LoadRuns,
  ProfileFigures,
} from "../../load/mod.ts";
import { grouped, record, table } from "../table.ts";

/** The share of time above which the generator counts as the bottleneck. */
const BUSY_MAX = 0.9;
const STARVED_MAX = 0.01;
/** Of an asked rate, that must be reached. */
const RATE_MIN = 0.99;
/** Cores that others may keep busy without being named. */
const OTHERS_MAX = 0.2;
const FUNCTIONS_SHOWN = 8;
const NAME_CHARACTERS_MAX = 90;

/** The figures, for people. */
export async function figuresText(
  { figures, windowSeconds }: LoadReport,
): Promise<string> {
  const { latency_ms: latency, cpu_us_per_tx: cpu, reference } = figures;
  const { generator } = figures;
  const threads = Object.entries(cpu.by_thread)
    .filter(([, us]) => us >= 0.05)
    .map(([name, us]) => [`  ${name}`, `${us.toFixed(1)} µs`] as const);
  return await record([
    ["transfers a second", grouped(Math.round(figures.tps))],
    [
      "committed",
      `${grouped(figures.committed)} in ${
        windowSeconds.toFixed(1)
      } s, ${figures.tx_bytes} bytes each`,
    ],
    [
      "latency p50, p95, p99",
      [latency.p50, latency.p95, latency.p99].map((ms) => `${ms} ms`)
        .join(", "),
    ],
    [
      "block interval",
      `${figures.block_interval_ms} ms, at most ${figures.block_interval_max_ms} ms`,
    ],
    ["CPU per transfer", `${cpu.total} µs, all nodes together`],
    ["  per validator", `${cpu.per_validator} µs`],
    ["  busiest thread", `${cpu.busiest_thread} µs`],
    ["  in the kernel", `${cpu.kernel} µs of each validator`],
    ["of one validator", ""],
    ...threads,
    [
      "one signature check",
      `${reference.node_crypto_verify_us} µs by node:crypto (before ${reference.before_us}, meanwhile ${reference.during_us}, after ${reference.after_us}); a validator takes ${reference.ratio} times that`,
    ],
    ["disk per transfer", `${figures.disk_bytes_per_tx} bytes`],
    [
      "memory of a node",
      `${figures.rss_mb} MB, ${
        signed(figures.rss_mb_per_minute)
      } MB a minute at the end, peak ${figures.rss_peak_mb} MB`,
    ],
    [
      "generator",
      `its busiest thread ${
        percent(generator.busy)
      } busy, ${generator.cores} cores in all; it signed ${
        grouped(Math.round(generator.signed_per_second))
      } a second before, ${Math.round(generator.rss_mb)} MB`,
    ],
    ["others on the machine", `${figures.machine.others_cores} cores`],
  ]);
}

/** One run of several, in a line. */
export function runText({ figures }: LoadReport): string {
  const { cpu_us_per_tx: cpu, reference, tps } = figures;
  return `${
    grouped(Math.round(tps))
  } transfers a second, ${cpu.per_validator} µs each, ${reference.ratio} signature checks.`;
}

/** Figures whose range is shown; the JSON has all. */
const RANGES = [
  "tps",
  "cpu_us_per_tx.total",
  "cpu_us_per_tx.per_validator",
  "cpu_us_per_tx.busiest_thread",
  "cpu_us_per_tx.kernel",
  "reference.node_crypto_verify_us",
  "reference.ratio",
  "latency_ms.p50",
  "latency_ms.p95",
  "latency_ms.p99",
  "block_interval_ms",
  "disk_bytes_per_tx",
  "rss_mb",
];

/** How far several runs lie apart. */
export async function rangesText(
  figures: LoadFigures,
  { count, ranges }: LoadRuns,
): Promise<string> {
  const each = Object.keys(figures.cpu_us_per_tx.by_thread)
    .map((name) => `cpu_us_per_tx.by_thread.${name}`);
  return await table(
    [`Of ${count} runs`, "least", "most"],
    [...RANGES, ...each].filter((name) => name in ranges)
      .map((name) => [name, ...ranges[name]!.map(String)]),
  );
}

/** What must be known to read the figures. */
export function loadNotes(report: LoadReport): string[] {
  const { transfers, warmUpSeconds, checkedAccounts, agreedHeight } = report;
  const { repeated, signedLate, figures } = report;
  const { generator, workload, machine } = figures;
  const { rate, validators } = workload;
  const seconds = warmUpSeconds.toFixed(1);
  return [
    `${
      grouped(transfers)
    } transfers in all; those of the first ${seconds} s (warm-up) are not in the figures.`,
    `Balances and nonces of ${
      grouped(checkedAccounts)
    } accounts and the sum of all fees are right.`,
    validators > 1 &&
    `All ${validators} nodes hold the same state at height ${
      grouped(agreedHeight)
    }.`,
    repeated > 0 &&
    `${
      grouped(repeated)
    } transfers were in a block before their turn and had to come into another one.`,
    signedLate > 0 &&
    `${
      grouped(signedLate)
    } transfers were signed meanwhile, which took CPU from the nodes: they got faster than in the warm-up, or the run is long.`,
    (generator.busy > BUSY_MAX || generator.starved > STARVED_MAX) &&
    `The generator was the bottleneck: ${
      percent(generator.busy)
    } busy, without signed transfers ${
      percent(generator.starved)
    } of the time. The nodes can do more.`,
    machine.others_cores > OTHERS_MAX &&
    `Others kept ${machine.others_cores} cores of the machine busy: CPU times are higher than on a quiet one, compare them by ratio.`,
    rate !== null && generator.sent_per_second < rate * RATE_MIN &&
    `Only ${grouped(Math.round(generator.sent_per_second))} of ${
      grouped(rate)
    } transfers a second could be sent: the latency grows with the length of the run.`,
  ].filter((note) => note !== false);
}

/** Where the time goes, for people. */
export async function profileText(
  { by_category, threads }: ProfileFigures,
): Promise<string> {
  const functions = threads.flatMap(({ thread, functions }) =>
    functions.slice(0, FUNCTIONS_SHOWN).map((
      { name, place, category, us_per_tx },
      n,
    ) => [
      n === 0 ? thread : "",
      us_per_tx.toFixed(2),
      category,
      cut(name),
      place,
    ])
  );
  return [
    await table(
      ["A validator's time goes into", "µs per transfer"],
      Object.entries(by_category).map(([name, us]) => [name, us.toFixed(2)]),
    ),
    await table(["Thread", "µs", "For", "Function itself", "In"], functions),
  ].join("\n\n");
}

/** What changed, for people. */
export async function comparisonText(
  { cpu, others, unlike }: Comparison,
): Promise<string> {
  const rows = (differences: Difference[]) =>
    differences.map(({ name, before, now, ratio }) => [
      name,
      before,
      now,
      ratio === null ? "" : `× ${ratio}`,
    ]);
  return [
    await table(["CPU in signature checks", "before", "now", ""], rows(cpu)),
    await table(["", "before", "now", ""], rows(others)),
    ...unlike.length === 0
      ? []
      : [`Not the same in both runs: ${unlike.join("; ")}.`],
  ].join("\n\n");
}

/** Rust's names can be very long: their end says most. */
function cut(name: string): string {
  return name.length <= NAME_CHARACTERS_MAX
    ? name
    : `…${name.slice(1 - NAME_CHARACTERS_MAX)}`;
}

function signed(value: number): string {
  return value < 0 ? `${value}` : `+${value}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
