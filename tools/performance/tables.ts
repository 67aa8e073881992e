import { row } from "../generated_doc.ts";
import { figuresOf } from "./experiments.ts";
import type { Figures, PerformanceRecord } from "./record.ts";

/** Words of a language. */
export interface Words {
  columns: Record<
    | "ratio"
    | "us"
    | "busiest"
    | "tps"
    | "latency"
    | "memory"
    | "disk"
    | "stage"
    | "transfer"
    | "checks",
    string
  >;
  /** First columns of the tables of loads. */
  of: Record<string, string>;
  senders: [uniform: string, zipf: string];
  settings: (figures: Figures) => string;
  nothing: string;
}

/** A template with its tables, and those of its drawings that there are. @throws RangeError for a table that nobody knows. */
export function fill(
  template: string,
  record: PerformanceRecord,
  words: Words,
  plots: ReadonlySet<string>,
): string {
  const drawn = template.replaceAll(
    /!\[.*\]\(performance\/(\w+)\.svg\)\n\n/g,
    (image, name) => plots.has(name) ? image : "",
  );
  return drawn.replaceAll(/\{\{(\w+):(\w+)\}\}/g, (_, kind, name) => {
    if (kind === "loads") return loadTable(record, name, words);
    if (kind === "benches") return benchTable(record, name, words);
    if (kind === "settings") return settings(record, name, words);
    throw new RangeError(`no table ${kind}:${name}`);
  });
}

function loadTable(
  record: PerformanceRecord,
  name: string,
  { columns, of, senders, nothing }: Words,
): string {
  const points = figuresOf(record, name);
  if (points.length === 0) return nothing;
  const head = [of[name]!, columns.ratio, columns.us, columns.busiest]
    .concat([columns.tps, columns.latency, columns.memory, columns.disk]);
  const rows = points.map(({ x, figures }) => {
    const { cpu_us_per_tx: cpu, latency_ms: latency, runs } = figures;
    const [least, most] = runs?.ranges["reference.ratio"] ?? [];
    const range = least === undefined ? "" : ` (${least}–${most})`;
    return row([
      name === "senders" ? senders[x]! : x.toLocaleString("en"),
      `${figures.reference.ratio}${range}`,
      `${cpu.per_validator}`,
      `${cpu.busiest_thread}`,
      Math.round(figures.tps).toLocaleString("en"),
      [latency.p50, latency.p95, latency.p99].map(Math.round).join(" / "),
      `${Math.round(figures.rss_peak_mb)}`,
      `${Math.round(figures.disk_bytes_per_tx)}`,
    ]);
  });
  return [row(head), row(head.map(() => "---:")), ...rows].join("\n");
}

/** Benchmarks whose name begins so. */
function benchTable(
  { benches }: PerformanceRecord,
  module: string,
  { columns, nothing }: Words,
): string {
  const chosen = benches.filter(({ name }) => name.startsWith(`${module}::`));
  if (chosen.length === 0) return nothing;
  const head = [columns.stage, columns.transfer, columns.checks];
  const rows = chosen.map(({ name, leastUs, checks }) =>
    row([`\`${name}\``, leastUs.toPrecision(3), checks.toPrecision(3)])
  );
  return [row(head), row(["---", "---:", "---:"]), ...rows].join("\n");
}

function settings(
  record: PerformanceRecord,
  name: string,
  words: Words,
): string {
  const [point] = figuresOf(record, name);
  return point ? words.settings(point.figures) : words.nothing;
}
