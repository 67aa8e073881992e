import type { Command } from "commander";
import { command, does, type RpcOptions, withRpc } from "../command.ts";

/** `validators`: who decides. */
export function validators(): Command {
  const validators = command({
    name: "validators",
    summary: "show who validates the chain",
    description:
      "Shows the validators, their voting power, and of how many offences blocks convict them, with the heights of the latest. `block HEIGHT` names each piece of evidence.",
    examples: [["validators", "those of the last block"]],
  });
  return does<RpcOptions>(
    withRpc(validators),
    async () => (await import("./validators_run.ts")).runValidators,
  );
}
