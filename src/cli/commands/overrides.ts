import type { Command } from "commander";
import * as values from "../values.ts";

/** Options of the commands that run a node, over its configuration. */
export function withOverrides(command: Command): Command {
  return command
    .option(
      "--rpc-port <port>",
      "port of the API, 0 for any free one",
      values.port("--rpc-port"),
    )
    .option(
      "--p2p-port <port>",
      "port for peers, 0 for any free one",
      values.port("--p2p-port"),
    )
    .option(
      "--block-time <time>",
      "least time between two blocks: 40, 40ms or 1s",
      values.duration("--block-time", 1, 60_000),
    )
    .option(
      "--shards <count>",
      "threads that execute, 1 to 64 (default: by the processors)",
      values.shards,
    );
}
