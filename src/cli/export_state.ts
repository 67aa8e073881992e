import { genesisHead } from "../genesis/mod.ts";
import { systemClock, systemRandom } from "../platform/mod.ts";
import type { Genesis } from "../proto/gen/rustorium/v1/state_pb.ts";
import { openHome, planGenesis } from "./home/mod.ts";
import { loadNode } from "./node_module.ts";
import type { Output } from "./output.ts";
import { logOf } from "./run_node.ts";
import { grouped } from "./table.ts";

/** A genesis in which every account of the chain in `home` starts with the balance that it has now. */
export async function genesisOfState(
  output: Output,
  directory: string,
  chainId = `rustorium-${systemRandom().bytes(3).toHex()}`,
): Promise<Genesis> {
  const home = await openHome(directory);
  const { exportAccounts } = await loadNode();
  const { height, accounts } = await exportAccounts({
    home: directory,
    config: home.config,
    genesis: home.genesisBytes,
    log: logOf(home.config),
    onProgress: (height, tip) =>
      output.progress(`Height ${grouped(height)} of ${grouped(tip)}`),
  });
  output.note(
    `State after height ${grouped(height)}: ${
      grouped(accounts.length)
    } accounts.`,
  );
  const { validators, parameters } = genesisHead(home.genesisBytes);
  return planGenesis({
    chainId,
    timeMs: systemClock().now(),
    validators: validators?.validators ?? [],
    accounts: accounts.filter(({ balance }) => balance > 0n),
    parameters,
  });
}
