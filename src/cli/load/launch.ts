import { join } from "node:path";
import type { Launch } from "../../load/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import { makeHome } from "../home/mod.ts";
import { NodeProcess } from "../node_process.ts";

/** One validator whose home lies in `directory`. Disposing ends its process. */
export function launchNode(
  directory: string,
): { launch: Launch; [Symbol.asyncDispose](): Promise<void> } {
  let node: NodeProcess | undefined;
  return {
    async launch(addresses, balance) {
      const home = join(directory, "node0");
      const plan = {
        chainId: "rustorium-load",
        accounts: addresses.map((address) => ({ address, balance })),
      };
      const maker = { clock: systemClock(), random: systemRandom() };
      await makeHome(home, plan, maker);
      node = NodeProcess.start(home);
      const { rpc } = await node.ready();
      return [{
        ...{ rpc, home, pid: node.pid },
        stop: () => node!.stop(),
      }];
    },
    async [Symbol.asyncDispose]() {
      await node?.kill();
    },
  };
}
