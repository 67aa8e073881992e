import type { Command } from "commander";
import { command, does, type RpcOptions, withRpc } from "../command.ts";

/** `peers`: whom the node is connected with. */
export function peers(): Command {
  const peers = command({
    name: "peers",
    summary: "show whom the node is connected with",
    description:
      "Shows the node's own addresses and its peers: libp2p finds and identifies them, native QUIC carries votes and blocks.",
    examples: [["peers", "addresses, connections, round trips and traffic"]],
  });
  return does<RpcOptions>(
    withRpc(peers),
    async () => (await import("./peers_run.ts")).runPeers,
  );
}
