import assert from "node:assert/strict";
import { testFigures } from "../../src/load/testing/figures.ts";
import { argsOf, EXPERIMENTS, figuresOf, FULL, QUICK } from "./experiments.ts";
import type { NetworkFigures } from "./network.ts";
import { drawPlots } from "./plots.ts";
import { EMPTY, type PerformanceRecord, type WanFigures } from "./record.ts";
import { fill } from "./tables.ts";
import { wanFigures, wanRuns } from "./wan.ts";
import { ENGLISH, JAPANESE } from "./words.ts";

const KINDS = {
  ...{ votes: 8_000, certificates: 0, proposals: 4_000, batches: 16_000 },
  ...{ announcements: 12_000, forwarded: 1_000, blocks: 0, other: 0 },
};

/** Of a run all over the world, by its arguments. */
function world(args: string[]): WanFigures {
  const of = (name: string) => Number(args[args.indexOf(name) + 1]);
  return {
    ...{ seed: 1, regions: 10, block_time_ms: 40, virtual_s: 9 },
    validators: of("--validators"),
    ...{ rate: of("--rate"), heights: of("--heights"), blocks_per_s: 3.14 },
    block_ms: { p50: 271.4, p95: 312.6, max: 399.9 },
    final_ms: { p50: 700, p95: 900, max: 1_000 },
    transfers: { submitted: 10, final: 9, refused: 0 },
    ...{ extra_rounds: 0, messages_per_block: KINDS, bytes_per_block: KINDS },
    ...{ sent_mbit_s: { mean: 1.5, max: 1.75 }, trace: "00" },
    received_mbit_s: { mean: 1.5, max: 1.75 },
  };
}

/** Every load that an effort asks for, each validator at 30 µs. */
function measured(effort: typeof FULL): PerformanceRecord {
  const args = EXPERIMENTS.flatMap(({ points }) =>
    points.map((point) => argsOf(point, effort)).filter((args) => !!args)
  );
  const profile = { by_category: { signature: 20, gc: 2 }, threads: [] };
  const figures = { ...testFigures({ executor: 30, verify: 25 }), profile };
  return {
    loads: Object.fromEntries(args.map((args) => [args.join(" "), figures])),
    failed: {},
    wan: Object.fromEntries(
      wanRuns(effort).map((args) => [args.join(" "), world(args)]),
    ),
    network: NETWORK,
    benches: [64, 256].map((n) => ({
      name: `core::verify_signatures/transfers=${n},keys=new`,
      ...{ leastUs: 12.3456, usualUs: 20, checks: 0.5 },
    })),
  };
}

const carried = {
  ...{ mb_published: 150, mb_per_second: 15, cpu_ms_per_mb: 26.84 },
  ...{ arrived: 0.9996, dropped: 0 },
  crossings_of_a_link: { most: 1.0021, links: 12 },
};
const NETWORK: NetworkFigures = {
  slow_line: {
    ...{ rtt_ms: 50, loss: 0.01 },
    cubic: { bulk_bytes_per_s: 420_000, vote_p95_ms: 61 },
    bbr: { bulk_bytes_per_s: 3_000_000, vote_p95_ms: 88 },
    first_answer_ms: { full: 135, early: 58 },
  },
  dissemination: { bbr: carried, cubic: carried },
  transfer: {
    ...{ mib: 64, mb_per_s_each: 8 },
    one: { ms: 8_400, chunks: [1] },
    two: { ms: 4_200, chunks: [1] },
    three: { ms: 2_800, chunks: [1] },
    one_of_three_stalls: { ms: 4_400, chunks: [1] },
    one_of_three_lies: { ms: 4_300, chunks: [1] },
    three_by_libp2p: { ms: 4_100, chunks: [1] },
  },
};

const textOf = (name: string) =>
  Deno.readTextFile(new URL(name, import.meta.url));

Deno.test("both documents have every table and name every drawing", async () => {
  const record = measured(FULL);
  const plots = [...drawPlots(record).keys()];
  for (
    const [file, words] of [["english.txt", ENGLISH], [
      "japanese.txt",
      JAPANESE,
    ]] as const
  ) {
    const text = fill(await textOf(file), record, words, new Set(plots));
    assert.doesNotMatch(text, /[{}]{2}/);
    assert.equal(text.match(/\| 10,000,000 +\|/g)?.length, 1);
    assert.match(text, /12\.3/);
    const named = [...text.matchAll(/performance\/(\w+)\.svg/g)];
    assert.deepEqual(named.map(([, name]) => name).sort(), plots.toSorted());
  }
});

Deno.test("what is not measured says so, and is not drawn", async () => {
  const text = fill(
    ...[await textOf("english.txt"), EMPTY, ENGLISH] as const,
    new Set(),
  );
  assert.ok(text.split(ENGLISH.nothing).length > 10);
  assert.doesNotMatch(text, /\.svg/);
  assert.equal(drawPlots(EMPTY).size, 0);
});

Deno.test("of two measurements of the same the longer one counts", () => {
  const quick = measured(QUICK);
  for (const figures of Object.values(quick.loads)) figures.tps = 1;
  const full = measured(FULL);
  const long = {
    ...testFigures({ executor: 30 }),
    runs: { count: 5, ranges: {} },
  };
  for (const name of Object.keys(full.loads)) full.loads[name] = long;
  const both = { ...quick, loads: { ...quick.loads, ...full.loads } };
  const tps = figuresOf(both, "accounts").map(({ figures }) => figures.tps);
  assert.deepEqual(tps, [9_000, 9_000, 9_000, 9_000]);
});

Deno.test("all over the world: times, and what each validator sends", () => {
  const record = measured(FULL);
  const filled = (name: string) =>
    fill(`{{wan:${name}}}`, record, ENGLISH, new Set()).split("\n");
  const times = filled("times");
  assert.equal(times.length, 2 + wanRuns(FULL).length);
  assert.equal(
    times.find((line) => line.startsWith("| 4 | 2,000 |")),
    "| 4 | 2,000 | 3.1 | 271 / 313 / 400 | 700 / 900 / 1000 | 9 / 10 | 0 | 1.5 / 1.75 |",
  );
  assert.equal(
    filled("traffic").find((line) => line.startsWith("| 100 | 100 |")),
    "| 100 | 100 | 41,000 | 0.4 | 0.1 | 0.0 | 0.2 | 0.1 | 0.0 |",
  );
  assert.deepEqual(
    wanFigures(record, 100).map(({ validators }) => validators),
    [4, 16, 64, 100],
  );
  assert.equal(wanRuns(QUICK).length, 4);
});

Deno.test("the network: a slow line, the first answer, batches, and blocks from several peers", () => {
  const filled = (name: string) =>
    fill(`{{network:${name}}}`, measured(FULL), ENGLISH, new Set())
      .split("\n").slice(2);
  assert.deepEqual(filled("line"), [
    "| cubic | 0.42 | 61 |",
    "| bbr | 3.00 | 88 |",
  ]);
  assert.deepEqual(filled("first"), [
    "| new | 135 | 2.7 |",
    "| to a node that knows the caller (0-RTT) | 58 | 1.2 |",
  ]);
  assert.deepEqual(filled("batches")[0], "| cubic | 26.8 | 1.002 | 100.0 % |");
  assert.deepEqual(filled("transfer")[2], "| three peers | 2.8 | 3.00 |");
});

Deno.test("benchmarks of a module, or of one thing in it, with three digits", () => {
  const benches = [
    ["core::verify/transfers=64", 1_201.33, 44.128],
    ["core::verify_all/transfers=64", 1, 1],
    ["port::call", 0.00304, 0],
  ].map(([name, leastUs, checks]) => ({
    ...{ name: `${name}`, usualUs: 1 },
    ...{ leastUs: Number(leastUs), checks: Number(checks) },
  }));
  const filled = (what: string) =>
    fill(`{{benches:${what}}}`, { ...EMPTY, benches }, ENGLISH, new Set())
      .split("\n").slice(2);
  assert.equal(filled("core").length, 2);
  assert.deepEqual(filled("core::verify"), [
    "| `core::verify/transfers=64` | 1,200 | 44.1 |",
  ]);
  assert.deepEqual(filled("port"), ["| `port::call` | 0.00304 | – |"]);
});

Deno.test("a drawing is an SVG of its own, with the figures as ratios", () => {
  const svg = drawPlots(measured(FULL)).get("accounts")!;
  assert.match(svg, /^<svg /);
  assert.match(svg, /signature checks of OpenSSL/);
  assert.doesNotMatch(svg, /href|<script/);
});

Deno.test("a quick measurement leaves the largest state out; the largest is measured once", () => {
  const accounts = EXPERIMENTS.find(({ name }) => name === "accounts")!;
  const largest = accounts.points.at(-1)!;
  assert.equal(argsOf(largest, QUICK), undefined);
  assert.equal(
    argsOf(largest, FULL)?.join(" "),
    "--accounts 10000000 --seconds 20 --runs 1",
  );
});
