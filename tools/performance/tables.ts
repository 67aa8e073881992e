import { total } from "../../src/simulation/mod.ts";
import { row } from "../generated_doc.ts";
import { figuresOf } from "./experiments.ts";
import { networkTable } from "./network_tables.ts";
import type { Transfer } from "./network.ts";
import type { Figures, PerformanceRecord, WanFigures } from "./record.ts";
import { wanFigures } from "./wan.ts";

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
    | "checks"
    | "validators"
    | "rate"
    | "blocks"
    | "block"
    | "final"
    | "share"
    | "rounds"
    | "uplink"
    | "messages"
    | "sent"
    | "rest",
    string
  >;
  /** First columns of the tables of loads. */
  of: Record<string, string>;
  senders: [uniform: string, zipf: string];
  settings: (figures: Figures) => string;
  /** What travels, as it is named in the table. */
  kinds: Record<"votes" | "proposals" | "batches" | "announcements", string>;
  network:
    & Record<
      | "bulk"
      | "vote"
      | "handshake"
      | "answer"
      | "trips"
      | "full"
      | "early"
      | "congestion"
      | "cpu"
      | "crossings"
      | "arrived"
      | "source"
      | "seconds"
      | "times",
      string
    >
    & { transfers: Record<Transfer, string> };
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
  return drawn.replaceAll(/\{\{(\w+):([\w:]+)\}\}/g, (_, kind, name) => {
    if (kind === "loads") return loadTable(record, name, words);
    if (kind === "benches") return benchTable(record, name, words);
    if (kind === "wan") return wanTable(record, name, words);
    if (kind === "network") return networkTable(record.network, name, words);
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

/** The benchmarks of a module, or of one thing in it. */
function benchTable(
  { benches }: PerformanceRecord,
  what: string,
  { columns, nothing }: Words,
): string {
  const chosen = benches.filter(({ name }) =>
    name.startsWith(`${what}::`) || name.startsWith(`${what}/`)
  );
  if (chosen.length === 0) return nothing;
  const head = [columns.stage, columns.transfer, columns.checks];
  const rows = chosen.map(({ name, leastUs, checks }) =>
    row([`\`${name}\``, precise(leastUs), checks ? precise(checks) : "–"])
  );
  return [row(head), row(["---", "---:", "---:"]), ...rows].join("\n");
}

/** Validators all over the world: how long it takes, or what travels. */
function wanTable(
  record: PerformanceRecord,
  name: string,
  { columns, kinds, nothing }: Words,
): string {
  const all = wanFigures(record);
  if (all.length === 0) return nothing;
  const head = [columns.validators, columns.rate].concat(
    name === "times"
      ? [columns.blocks, columns.block, columns.final]
        .concat([columns.share, columns.rounds, columns.uplink])
      : [columns.messages, columns.sent, ...Object.values(kinds), columns.rest],
  );
  const cells = name === "times"
    ? timesOf
    : (figures: WanFigures) => trafficOf(figures, kinds);
  const rows = all.map((figures) =>
    row([`${figures.validators}`, grouped(figures.rate), ...cells(figures)])
  );
  return [row(head), row(head.map(() => "---:")), ...rows].join("\n");
}

function timesOf(figures: WanFigures): string[] {
  const { block_ms, final_ms, transfers, sent_mbit_s: sent } = figures;
  const spread = ({ p50, p95, max }: WanFigures["block_ms"]) =>
    [p50, p95, max].map(Math.round).join(" / ");
  return [
    figures.blocks_per_s.toFixed(1),
    spread(block_ms),
    final_ms ? spread(final_ms) : "–",
    `${grouped(transfers.final)} / ${grouped(transfers.submitted)}`,
    `${figures.extra_rounds}`,
    `${sent.mean} / ${sent.max}`,
  ];
}

/** Messages of all, and kilobytes of each validator, for a block. */
function trafficOf(
  { validators, messages_per_block, bytes_per_block }: WanFigures,
  kinds: Words["kinds"],
): string[] {
  const each = (bytes: number) => (bytes / validators / 1_000).toFixed(1);
  const named = (Object.keys(kinds) as (keyof typeof kinds)[])
    .map((kind) => bytes_per_block[kind]);
  const all = total(bytes_per_block);
  const rest = all - named.reduce((sum, bytes) => sum + bytes, 0);
  return [
    grouped(total(messages_per_block)),
    ...[all, ...named, rest].map(each),
  ];
}

const precise = (value: number) =>
  value.toLocaleString("en", {
    ...{ minimumSignificantDigits: 3, maximumSignificantDigits: 3 },
  });

const grouped = (value: number) => Math.round(value).toLocaleString("en");

function settings(
  record: PerformanceRecord,
  name: string,
  words: Words,
): string {
  const [point] = figuresOf(record, name);
  return point ? words.settings(point.figures) : words.nothing;
}
