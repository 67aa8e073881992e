import { systemClock, systemRandom } from "../../platform/mod.ts";
import { usage } from "../failure.ts";
import {
  type Home,
  isHome,
  makeDevHome,
  openHome,
  type PlainKey,
  resetDevHome,
} from "../home/mod.ts";
import type { RunningNode } from "../node_module.ts";
import { bold, dim, type Output } from "../output.ts";
import { runNode } from "../run_node.ts";
import { table } from "../table.ts";
import type { DevOptions } from "./dev.ts";

/** Makes the home if need be, runs the node, and prints the accounts. */
export async function runDev(
  output: Output,
  options: DevOptions,
): Promise<void> {
  const { home: directory } = options;
  if (options.reset) await resetDevHome(directory);
  if (!await isHome(directory)) {
    output.note(`Making a new chain in ${directory}`);
    await makeDevHome(directory, {
      clock: systemClock(),
      random: systemRandom(),
    });
  }
  const home = await openHome(directory);
  if (home.dev === undefined) {
    throw usage(
      `${directory} was not made by dev; run it with: start --home ${directory}`,
    );
  }
  const { accounts } = home.dev;
  await runNode(output, home, options, (node) =>
    output.result(
      {
        event: "ready",
        chain_id: node.chainId,
        rpc: node.rpcUrl,
        p2p: node.p2p,
        accounts,
      },
      () => welcome(node, home, accounts),
    ));
}

async function welcome(
  node: RunningNode,
  home: Home,
  accounts: PlainKey[],
): Promise<string> {
  const [from, to] = accounts;
  return `
${bold(`${node.chainId} is ready`)}

  API and page   ${node.rpcUrl}
  Home           ${home.directory}

${await table(
    ["Account", "Secret key"],
    accounts.map((key) => [key.address, key.secret_key]),
  )}

${
    dim(
      "The keys are for development only: never send anything of value to these accounts.",
    )
  }

Try in another terminal:
  deno run -A main.ts send --rpc ${node.rpcUrl} --from ${from?.secret_key} --to ${to?.address} --amount 1000

Ctrl-C stops the node; the next start goes on.
`;
}
