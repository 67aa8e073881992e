import type { Command } from "commander";
import { command, does, type HomeOptions, withHome } from "../command.ts";
import * as values from "../values.ts";

export interface ReplayCommandOptions extends HomeOptions {
  shards: number;
}

/** `replay`: the whole chain again. */
export function replay(): Command {
  const replay = command({
    name: "replay",
    summary: "execute the stored chain again and compare",
    description:
      "Executes every stored block again from the genesis and compares the results with what the headers carry. " +
      "The node of the home must be stopped. mismatches counts the heights that differ; exit code 5 if there is one.",
    examples: [
      ["replay --home ./data", "check a home, e.g. after a crash or a restore"],
      [
        "replay --shards 4 --json",
        "the same results, however state is divided",
      ],
    ],
  });
  withHome(replay).option(
    "--shards <count>",
    "parts in which state is held, 1 to 64",
    values.shards,
    1,
  );
  return does<ReplayCommandOptions>(
    replay,
    async () => (await import("./replay_run.ts")).runReplay,
  );
}
