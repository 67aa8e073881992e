import type { Command } from "commander";
import { command, does } from "../command.ts";
import * as values from "../values.ts";

export interface LoadCommandOptions {
  validators: number;
  seconds: number;
  runs: number;
  rate?: number;
  accounts: number;
  shards?: number;
  zipf?: boolean;
  html?: string;
  profile?: string;
  compare?: string;
}

const VALIDATORS_MAX = 100;
const SECONDS_MAX = 86_400;
const RATE_MAX = 10_000_000;
const RUNS_MAX = 100;
const ACCOUNTS_MAX = 10_000_000;

/** `load`: what the machine can do. */
export function load(): Command {
  const load = command({
    name: "load",
    summary: "start a chain, flood it with transfers and measure",
    description:
      "Makes a chain of its own in a temporary home, signs transfers in advance, submits them as fast as the nodes take them " +
      "(or at --rate), and measures after a warm-up. CPU time is that of the node processes as the operating system counts it. " +
      "Every transfer is accounted for in the final balances, and all nodes must hold the same state; exit code 1 if not.",
    examples: [
      ["load", "one validator for 20 seconds, 100,000 accounts"],
      ["load --rate 1000 --seconds 60 --json", "latency at a steady rate"],
      ["load --accounts 1000000 --zipf", "many accounts, a few busy senders"],
      ["load --runs 5 --json > before.json", "figures to keep, medians of 5"],
      ["load --compare before.json", "what a change has brought"],
      ["load --profile out --html load.html", "where the time goes, drawn"],
    ],
  });
  load
    .option(
      "--validators <count>",
      "processes that agree on the blocks",
      values.integer("--validators", 1, VALIDATORS_MAX),
      1,
    )
    .option(
      "--seconds <count>",
      "length of the measurement, the warm-up not included",
      values.integer("--seconds", 1, SECONDS_MAX),
      20,
    )
    .option(
      "--runs <count>",
      "so many loads, each on a chain of its own; figures are medians",
      values.integer("--runs", 1, RUNS_MAX),
      1,
    )
    .option(
      "--rate <count>",
      "transfers a second (default: as many as are taken)",
      values.integer("--rate", 1, RATE_MAX),
    )
    .option(
      "--accounts <count>",
      "funded accounts",
      values.integer("--accounts", 2, ACCOUNTS_MAX),
      100_000,
    )
    .option(
      "--shards <count>",
      "threads that execute in each node, 1 to 64 (default: by the processors)",
      values.shards,
    )
    .option("--zipf", "a few accounts send most of the transfers")
    .option("--html <file>", "draw it: a page that needs nothing but itself")
    .option(
      "--profile <dir>",
      "profile all threads of the nodes; V8's files go there, to open in Chrome or VS Code",
    )
    .option(
      "--compare <file>",
      "compare with what load --json printed before",
    );
  return does<LoadCommandOptions>(
    load,
    async () => (await import("./load_run.ts")).runLoadCommand,
  );
}
