import type { Command } from "commander";
import { command, does, type HomeOptions, withHome } from "../command.ts";
import type { Overrides } from "../run_node.ts";
import { withOverrides } from "./overrides.ts";

export interface DevOptions extends HomeOptions, Overrides {
  reset?: boolean;
}

/** `dev`: a whole chain for one developer. */
export function dev(): Command {
  const dev = command({
    name: "dev",
    summary: "run a development chain (the default command)",
    description:
      "Runs a chain of one validator with ten funded accounts, whose secret keys are printed, and a faucet. " +
      "The first start makes the home; Ctrl-C stops cleanly; the next start goes on where it stopped.",
    examples: [
      ["dev", "chain, API and page on http://127.0.0.1:26657, data in ./data"],
      [
        "dev --home /tmp/chain --rpc-port 0",
        "another chain beside it, on any free port",
      ],
      ["dev --reset", "forget the old chain and start a new one"],
      ["dev --json", "one JSON line when ready, for scripts"],
    ],
  });
  withOverrides(withHome(dev))
    .option(
      "--reset",
      "first remove the chain of this home (not the configuration, not the keystore)",
    );
  return does<DevOptions>(
    dev,
    async () => (await import("./dev_run.ts")).runDev,
  );
}
