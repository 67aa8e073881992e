/**
 * Runs seeds of the simulator and counts what they did:
 *
 *     deno task build:reliability [--first 1] [--seeds 1000] [--out FILE] [--fresh]
 *     deno task build:reliability --merge PART… [--out FILE]
 *
 * It writes after every few seeds and leaves out those that the file has, so it
 * can be stopped at any time and started again. Parts that ran side by side
 * are merged. What an older version of the code did is forgotten by --fresh.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import {
  CANARIES,
  isCaught,
  simulate,
  totalsOf,
} from "../src/simulation/mod.ts";
import {
  EMPTY,
  has,
  merge,
  recordOf,
  type Reliability,
} from "./reliability/record.ts";

const OUT = new URL("../docs/reliability.json", import.meta.url).pathname;
/** Seeds between two writes. */
const SAVE_EACH = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    first: { type: "string", default: "1" },
    seeds: { type: "string", default: "1000" },
    out: { type: "string", default: OUT },
    fresh: { type: "boolean", default: false },
    merge: { type: "boolean", default: false },
  },
});

async function read(file: string): Promise<Reliability> {
  return JSON.parse(await Deno.readTextFile(file));
}

async function write(record: Reliability): Promise<void> {
  const draft = `${values.out}.tmp`;
  await Deno.writeTextFile(draft, JSON.stringify(record, null, 2) + "\n");
  await Deno.rename(draft, values.out);
}

async function known(): Promise<Reliability> {
  if (values.fresh) return EMPTY;
  try {
    return await read(values.out);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return EMPTY;
    throw error;
  }
}

async function canaries(): Promise<Reliability["canaries"]> {
  const found: Reliability["canaries"] = {};
  for (const [name, canary] of Object.entries(CANARIES)) {
    found[name] = await isCaught(canary, name) ? "caught" : "missed";
  }
  return found;
}

async function runSeeds(first: number, count: number): Promise<Reliability> {
  let record = await known();
  record = { ...record, canaries: await canaries() };
  for (let seed = first; seed < first + count; seed++) {
    if (has(record, seed)) continue;
    const { report, story } = await simulate({ seed });
    if (report.violations.length > 0) {
      console.error(`${story}\nseed ${seed}: ${report.violations.join("; ")}`);
    }
    record = merge(record, recordOf(totalsOf(report), [[seed, seed]], {}));
    if (record.seeds % SAVE_EACH !== 0) continue;
    await write(record);
    console.error(`${record.seeds} seeds, ${record.violations} violations`);
  }
  return record;
}

let record: Reliability = EMPTY;
if (values.merge) {
  for (const part of positionals) record = merge(record, await read(part));
} else {
  record = await runSeeds(Number(values.first), Number(values.seeds));
}
await write(record);
const isWell = record.violations === 0 &&
  Object.values(record.canaries).every((one) => one === "caught");
process.exitCode = isWell ? 0 : 1;
