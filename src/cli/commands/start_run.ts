import { openHome } from "../home/mod.ts";
import { bold, type Output } from "../output.ts";
import { runNode } from "../run_node.ts";
import type { StartOptions } from "./start.ts";

/** Runs the node and says where it answers. */
export async function runStart(
  output: Output,
  options: StartOptions,
): Promise<void> {
  const home = await openHome(options.home);
  await runNode(
    output,
    home,
    options,
    ({ chainId, rpcUrl, p2p }) =>
      output.result(
        { event: "ready", chain_id: chainId, rpc: rpcUrl, p2p },
        () => `${bold(`${chainId} is ready`)} at ${rpcUrl}`,
      ),
  );
}
