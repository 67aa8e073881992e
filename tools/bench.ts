/**
 * Runs the benchmarks and prints what each takes for one transfer, and as a
 * multiple of one signature check of node:crypto in the same group:
 *
 *     deno task bench [FILE…] [--json]
 *
 * The least of all runs counts: nothing but the work itself is in all of them.
 */
import { parseArgs, styleText } from "node:util";
import { type BenchRow, benchRows, parseBench } from "./bench/rows.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const files = positionals.length > 0 ? positionals : await allFiles();
const rows: BenchRow[] = [];
for (const file of files) {
  console.error(styleText("dim", file));
  const found = benchRows(parseBench(await run(file)));
  if (!values.json) { for (const row of found) console.log(textOf(row)); }
  rows.push(...found);
}
if (values.json) console.log(JSON.stringify(rows));

/** A process for each, so that none runs on the heap of another. */
async function run(file: string): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "-A", "--json", "--no-check", file],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${file} failed`);
  return new TextDecoder().decode(stdout);
}

async function allFiles(): Promise<string[]> {
  const folder = new URL("../bench/", import.meta.url);
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name)
    .filter((name) => name.endsWith("_bench.ts"))
    .sort()
    .map((name) => new URL(name, folder).pathname);
}

function textOf({ name, leastUs, usualUs, checks }: BenchRow): string {
  const us = (value: number) => value.toFixed(3).padStart(11);
  return `${name.padEnd(64)}${us(leastUs)} µs  p75${us(usualUs)} µs  ${
    checks.toFixed(3).padStart(9)
  } checks`;
}
