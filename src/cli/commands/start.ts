import type { Command } from "commander";
import { command, does, type HomeOptions, withHome } from "../command.ts";
import type { Overrides } from "../run_node.ts";
import { withOverrides } from "./overrides.ts";

export type StartOptions = HomeOptions & Overrides;

/** `start`: the node of a home. */
export function start(): Command {
  const start = command({
    name: "start",
    summary: "run the node of a home",
    description:
      "Runs the node whose home was made by init. It prints where it answers, and stops cleanly on Ctrl-C or SIGTERM.",
    examples: [
      ["start --home /var/lib/rustorium", "run it"],
      [
        "start --home node1 --rpc-port 0 --json",
        "on any free port, with one JSON line when ready",
      ],
    ],
  });
  withOverrides(withHome(start));
  return does<StartOptions>(
    start,
    async () => (await import("./start_run.ts")).runStart,
  );
}
