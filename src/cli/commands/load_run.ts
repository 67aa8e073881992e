import { type LoadReport, runLoad } from "../../load/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import { usage } from "../failure.ts";
import { launchNodes } from "../load/mod.ts";
import type { Output } from "../output.ts";
import { interrupted } from "../signals.ts";
import { grouped, record } from "../table.ts";
import type { LoadCommandOptions } from "./load.ts";

/** Runs the load and shows what it found. Nothing is left behind, whatever happens. */
export async function runLoadCommand(
  output: Output,
  options: LoadCommandOptions,
): Promise<void> {
  refuse(options);
  const directory = await Deno.makeTempDir({ prefix: "rustorium-load-" });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(directory, { recursive: true }));
  const { validators, seconds, rate, accounts, zipf = false } = options;
  const nodes = cleanup.use(launchNodes({ directory, validators }));
  const running = runLoad({ seconds, rate, accounts, zipf }, {
    clock: systemClock(),
    random: systemRandom(),
    launch: nodes.launch,
    directory,
    onProgress: (text) => output.progress(text),
  });
  const report = await Promise.race([running, interrupted()]);
  await output.result(report.figures, () => human(report));
  for (const note of notes(report)) output.note(note);
}

function notes(report: LoadReport): string[] {
  const { transfers, warmUpSeconds, checkedAccounts } = report;
  const { repeated, signedLate } = report;
  const seconds = warmUpSeconds.toFixed(1);
  return [
    `${
      grouped(transfers)
    } transfers in all; those of the first ${seconds} s (warm-up) are not in the figures.`,
    `Balances and nonces of ${
      grouped(checkedAccounts)
    } accounts and the sum of all fees are right.`,
    repeated > 0 &&
    `${
      grouped(repeated)
    } transfers were in a block before their turn and had to come into another one.`,
    signedLate > 0 &&
    `${
      grouped(signedLate)
    } transfers were signed meanwhile, which took CPU from the nodes: they got faster than in the warm-up.`,
  ].filter((note) => note !== false);
}

/** What later versions can do. */
function refuse({ shards }: LoadCommandOptions): void {
  if (shards > 1) {
    throw usage("--shards takes only 1 so far: a node has one shard.");
  }
}

async function human(
  { figures, windowSeconds }: LoadReport,
): Promise<string> {
  const { latency_ms: latency, cpu_us_per_tx: cpu, reference } = figures;
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
    ["block interval", `${figures.block_interval_ms} ms`],
    ["CPU per transfer", `${cpu.total} µs, all nodes together`],
    ["  per validator", `${cpu.per_validator} µs`],
    ["  busiest thread", `${cpu.busiest_thread} µs`],
    ["of one validator", ""],
    ...threads,
    [
      "one signature check",
      `${reference.node_crypto_verify_us} µs by node:crypto; a validator takes ${reference.ratio} times that`,
    ],
    ["disk per transfer", `${figures.disk_bytes_per_tx} bytes`],
    ["memory of a node", `${figures.rss_mb} MB`],
  ]);
}
