import type { Command } from "commander";
import { command, does, type RpcOptions, withRpc } from "../command.ts";

/** `status`: how the node is. */
export function status(): Command {
  const status = command({
    name: "status",
    summary: "show how a node is",
    description:
      "Shows the chain, the last final block, peers and waiting transactions.",
    examples: [
      ["status", "the node on this machine"],
      [
        "status --rpc http://10.0.0.7:26657 --json",
        "another one, for a script",
      ],
    ],
  });
  return does<RpcOptions>(
    withRpc(status),
    async () => (await import("./status_run.ts")).runStatus,
  );
}
