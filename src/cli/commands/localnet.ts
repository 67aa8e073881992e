import type { Command } from "commander";
import { command, does } from "../command.ts";
import * as values from "../values.ts";

export interface LocalnetOptions {
  validators: number;
  home: string;
  blockTime?: number;
  latency?: number;
  shards?: number;
}

/** `localnet`: a network of real processes on this machine. */
export function localnet(): Command {
  const localnet = command({
    name: "localnet",
    summary: "run several validators on this machine",
    description:
      "Runs a chain of several validators, each a process of its own that finds the others over QUIC. The first start makes their homes; " +
      "each keeps its ports, so a node that was killed comes back with: start --home DIR/node2. Nodes that end are neither restarted nor do they end the others; Ctrl-C ends all.",
    examples: [
      ["localnet", "four validators in ./localnet"],
      [
        "localnet --validators 7 --home /tmp/net --json",
        "seven, with one JSON line when all are ready",
      ],
      [
        "localnet --latency 50",
        "every datagram between them arrives 50 ms later",
      ],
    ],
  })
    .option(
      "--validators <count>",
      "how many, 1 to 100",
      values.integer("--validators", 1, 100),
      4,
    )
    .option("--home <dir>", "directory of their homes", "./localnet")
    .option(
      "--block-time <time>",
      "least time between two blocks, for new homes: 40, 40ms or 1s",
      values.duration("--block-time", 1, 60_000),
    )
    .option(
      "--latency <time>",
      "one-way delay of every datagram between nodes, for new homes: 50 or 50ms",
      values.duration("--latency", 1, 10_000),
    )
    .option(
      "--shards <count>",
      "threads that execute in each node, 1 to 64 (default: by the processors)",
      values.shards,
    );
  return does<LocalnetOptions>(
    localnet,
    async () => (await import("./localnet_run.ts")).runLocalnet,
  );
}
