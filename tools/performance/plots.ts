import * as echarts from "echarts";
import { figuresOf } from "./experiments.ts";
import type { Figures, PerformanceRecord, WanFigures } from "./record.ts";
import { WAN_RATE, wanFigures } from "./wan.ts";

/** Readable on white and on black. */
const INK = "#7d8590";
const LINE = "#7d859055";
const COLOURS = [
  "#3b82d6",
  "#d9772b",
  "#2f9e68",
  "#a065c9",
  "#c94f6d",
  "#8f9230",
];
const WIDTH = 640;
const HEIGHT = 320;

type Option = echarts.EChartsCoreOption;

/** SVG drawings by the name of their file; those of which nothing was measured are missing. */
export function drawPlots(record: PerformanceRecord): Map<string, string> {
  const plots: [string, Option | undefined][] = [
    ["accounts", cpuOver(record, "accounts", "accounts", true)],
    ["validators", cpuOver(record, "validators", "validators")],
    ["shards", cpuOver(record, "shards", "shards")],
    ["batch", signaturesOver(record)],
    ["categories", profileBars(record)],
    ["threads", threadBars(record)],
    ["wan", wanTimes(record)],
    ["traffic", wanTraffic(record)],
  ];
  return new Map(
    plots.filter((plot): plot is [string, Option] => plot[1] !== undefined)
      .map(([name, option]) => [name, svgOf(option)]),
  );
}

function svgOf(option: Option): string {
  const chart = echarts.init(null, null, {
    ...{ renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT },
  });
  chart.setOption({
    ...{ animation: false, color: COLOURS },
    textStyle: { color: INK, fontFamily: "system-ui, sans-serif" },
    grid: { left: 56, right: 48, top: 48, bottom: 48 },
    legend: { top: 4, itemGap: 32, textStyle: { color: INK } },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg + "\n";
}

const axis = (name: string, rest: object = {}) => ({
  ...{ name, nameLocation: "middle", nameGap: 30 },
  nameTextStyle: { color: INK },
  axisLabel: { color: INK },
  axisLine: { show: true, lineStyle: { color: LINE } },
  splitLine: { lineStyle: { color: LINE } },
  ...rest,
});

const IN_CHECKS = "signature checks of OpenSSL";

/** CPU for one transfer, in signature checks of the same run. */
function cpuOver(
  record: PerformanceRecord,
  experiment: string,
  unit: string,
  isLog = false,
): Option | undefined {
  const points = figuresOf(record, experiment);
  if (points.length === 0) return undefined;
  const series = (name: string, of: (figures: Figures) => number) => ({
    ...{ name, type: "line", symbol: "circle", symbolSize: 8 },
    data: points.map(({ x, figures }) => [
      isLog ? x : `${x}`,
      of(figures) / figures.reference.node_crypto_verify_us,
    ]),
  });
  return {
    xAxis: axis(unit, { type: isLog ? "log" : "category" }),
    yAxis: axis(IN_CHECKS, { type: "value", min: 0, nameGap: 36 }),
    series: [
      series("a validator", ({ cpu_us_per_tx }) => cpu_us_per_tx.per_validator),
      series(
        "its busiest thread",
        ({ cpu_us_per_tx }) => cpu_us_per_tx.busiest_thread,
      ),
    ],
  };
}

/** How long blocks and transfers take all over the world. */
function wanTimes(record: PerformanceRecord): Option | undefined {
  const all = wanFigures(record, WAN_RATE);
  if (all.length === 0) return undefined;
  const series = (
    name: string,
    of: (figures: WanFigures) => number | undefined,
  ) => ({
    ...{ name, type: "line", symbol: "circle", symbolSize: 8 },
    data: all.map((figures) => [`${figures.validators}`, of(figures)]),
  });
  return {
    xAxis: axis("validators in 10 regions", { type: "category" }),
    yAxis: axis("ms", { type: "value", min: 0, nameGap: 40 }),
    series: [
      series("block, p50", ({ block_ms }) => block_ms.p50),
      series("block, p95", ({ block_ms }) => block_ms.p95),
      series("transfer, p50", ({ final_ms }) => final_ms?.p50),
      series("transfer, p95", ({ final_ms }) => final_ms?.p95),
    ],
  };
}

/** What a validator sends for a block all over the world. */
function wanTraffic(record: PerformanceRecord): Option | undefined {
  const all = wanFigures(record, WAN_RATE);
  if (all.length === 0) return undefined;
  return {
    xAxis: {
      ...axis("validators in 10 regions", { type: "category" }),
      data: all.map(({ validators }) => `${validators}`),
    },
    yAxis: axis("kB for a block", { type: "value", nameGap: 40 }),
    series: (["votes", "proposals", "batches", "announcements"] as const).map(
      (kind) => ({
        ...{ name: kind, type: "bar", stack: "all" },
        data: all.map(({ bytes_per_block, validators }) =>
          bytes_per_block[kind] / validators / 1_000
        ),
      }),
    ),
  };
}

/** What one signature costs in batches of different sizes. */
function signaturesOver({ benches }: PerformanceRecord): Option | undefined {
  const rows = benches.flatMap(({ name, checks }) => {
    const [, n, what] = /^core::verify_signatures\/transfers=(\d+),(keys=\w+)$/
      .exec(name) ?? [];
    return n ? [{ n: Number(n), what: what!, checks }] : [];
  });
  if (rows.length === 0) return undefined;
  return {
    xAxis: axis("signatures in a batch", { type: "log", logBase: 2, min: 32 }),
    yAxis: axis(IN_CHECKS, { type: "value", min: 0, nameGap: 36 }),
    series: [...Map.groupBy(rows, ({ what }) => what)].map((
      [name, points],
    ) => ({
      ...{ name, type: "line", symbol: "circle", symbolSize: 8 },
      data: points.map(({ n, checks }) => [n, checks]),
    })),
  };
}

function profileBars(record: PerformanceRecord): Option | undefined {
  const [point] = figuresOf(record, "profile");
  const categories = point?.figures.profile?.by_category;
  return categories && bars(Object.entries(categories), point.figures);
}

function threadBars(record: PerformanceRecord): Option | undefined {
  const [point] = figuresOf(record, "validators");
  return point &&
    bars(
      Object.entries(point.figures.cpu_us_per_tx.by_thread)
        .filter(([, us]) => us >= 0.05),
      point.figures,
    );
}

/** Lying bars, the largest on top. */
function bars(
  entries: [string, number][],
  { reference }: Figures,
): Option {
  const sorted = entries.toSorted(([, a], [, b]) => a - b);
  return {
    grid: { left: 128, right: 48, top: 16, bottom: 48 },
    xAxis: axis(IN_CHECKS, { type: "value" }),
    yAxis: {
      ...axis("", { type: "category" }),
      data: sorted.map(([name]) => name),
    },
    series: [{
      type: "bar",
      data: sorted.map(([, us]) => us / reference.node_crypto_verify_us),
    }],
  };
}
