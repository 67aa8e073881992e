import type { Launch, LoadNode } from "../../load/mod.ts";
import { openLocalnet } from "../localnet/mod.ts";
import { NodeProcess } from "../node_process.ts";

/** Validators whose homes lie in `directory`. Disposing ends their processes. */
export function launchNodes(
  directory: string,
  validators: number,
): { launch: Launch; [Symbol.asyncDispose](): Promise<void> } {
  const processes: NodeProcess[] = [];
  return {
    async launch(addresses, balance) {
      const { nodes } = await openLocalnet(directory, {
        validators,
        slow: false,
        funded: addresses.map((address) => ({ address, balance })),
      });
      return await Promise.all(nodes.map(({ home }) => {
        // The home's own ports; Ctrl-C is for the load, which ends them.
        const node = NodeProcess.start(home, { args: [], detached: true });
        processes.push(node);
        return loadNode(home, node);
      }));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((node) => node.kill()));
    },
  };
}

async function loadNode(home: string, node: NodeProcess): Promise<LoadNode> {
  const { rpc } = await node.ready();
  return { rpc, home, pid: node.pid, stop: () => node.stop() };
}
