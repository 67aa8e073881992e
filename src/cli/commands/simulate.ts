import type { Command } from "commander";
import { command, does } from "../command.ts";
import * as values from "../values.ts";

export interface SimulateOptions {
  seed: number;
  seeds: number;
  genesis?: string;
  validators?: number;
  regions?: number;
  rate?: number;
  heights?: number;
  hours: number;
  once?: boolean;
  log: string;
  picture?: string;
}

const SEED_MAX = 2 ** 40;
const SEEDS_MAX = 1_000_000;
const HOURS_MAX = 1_000;
/** Through faults; more would take hours for one virtual minute. */
export const VALIDATORS_MAX = 32;
/** All over the world, without faults. */
export const WIDE_VALIDATORS_MAX = 100;
const REGIONS_MAX = 10;
const RATE_MAX = 100_000;
const HEIGHTS_MAX = 10_000;

/** `simulate`: what the nodes do when everything goes wrong. */
export function simulate(): Command {
  const simulate = command({
    name: "simulate",
    summary:
      "run whole nodes in virtual time through faults that follow from a seed",
    description:
      "Runs whole validators in this process, on virtual clocks, networks and disks: crashes, partitions, lost and doubled messages, " +
      "torn log entries, full disks, wrong clocks and Byzantine validators, all of it following from the seed. Checks at every step that there is one chain and one state, " +
      "that certificates are valid, that the supply stays, that nobody honest signs twice; and after the faults that all agree within 30 virtual seconds. " +
      "Each seed runs twice and must go the same way. With --genesis it takes the parameters, powers and balances of your chain; the keys are simulated ones. " +
      "Exit code 1 if something does not hold; the end of the story is written to --log then. " +
      "With --regions there are no faults: the validators are in so many regions of the world, with the latencies between Azure's data centres, " +
      "and it says how long blocks take and what a validator sends.",
    examples: [
      ["simulate --seed 7", "one run, 4 to 7 validators"],
      ["simulate --seeds 100 --json", "a hundred runs, as JSON"],
      [
        "simulate --genesis ./data/genesis.json --hours 1",
        "your own chain for one virtual hour",
      ],
      [
        "simulate --regions 10 --validators 16 --rate 100",
        "blocks all over the world",
      ],
    ],
  });
  simulate
    .option(
      "--seed <number>",
      "what everything follows from",
      values.integer("--seed", 0, SEED_MAX),
      1,
    )
    .option(
      "--seeds <count>",
      "so many seeds, from --seed upwards",
      values.integer("--seeds", 1, SEEDS_MAX),
      1,
    )
    .option(
      "--genesis <file>",
      "the chain (default: one that follows from the seed)",
    )
    .option(
      "--validators <count>",
      `of a chain that follows from the seed (default: 4 to 7), at most ${VALIDATORS_MAX}, with --regions ${WIDE_VALIDATORS_MAX}`,
      values.integer("--validators", 1, WIDE_VALIDATORS_MAX),
    )
    .option(
      "--regions <count>",
      "of the world, 1 to 10, among which the validators are divided; no faults",
      values.integer("--regions", 1, REGIONS_MAX),
    )
    .option(
      "--rate <count>",
      "with --regions: transfers a second (default: 100)",
      values.integer("--rate", 0, RATE_MAX),
    )
    .option(
      "--heights <count>",
      "with --regions: blocks that are measured (default: 20)",
      values.integer("--heights", 1, HEIGHTS_MAX),
    )
    .option(
      "--hours <count>",
      "virtual hours of each seed; 0: until eight faults are over, some seconds",
      values.integer("--hours", 0, HOURS_MAX),
      0,
    )
    .option("--once", "run each seed once only")
    .option(
      "--log <file>",
      "where the end of the story goes if something does not hold",
      "simulation.log",
    )
    .option("--picture <file>", "draw the last seed's run as SVG");
  return does<SimulateOptions>(
    simulate,
    async () => (await import("./simulate_run.ts")).runSimulate,
  );
}
