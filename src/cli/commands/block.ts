import type { Command } from "commander";
import { command, does, type RpcOptions, withRpc } from "../command.ts";

/** `block`: one final block. */
export function block(): Command {
  const block = command({
    name: "block [height]",
    summary: "show a block, by default the last one",
    description:
      "Shows a final block, who signed it, and whom its evidence convicts. app_hash is the state root in its header: the state after two blocks before.",
    examples: [["block", "the last one"], [
      "block 42 --json",
      "a certain one, with everything",
    ]],
  });
  return does<RpcOptions>(
    withRpc(block),
    async () => (await import("./block_run.ts")).runBlock,
  );
}
