import type { Command } from "commander";
import { command, does, withRpc } from "../command.ts";
import type { PeersOptions } from "./peers_run.ts";

/** `peers`: whom the node is connected with. */
export function peers(): Command {
  const peers = command({
    name: "peers",
    summary: "show whom the node is connected with",
    description:
      "Shows the node's own addresses and its peers: libp2p finds and identifies them, native QUIC carries votes and blocks. " +
      "A peer has a score by what it did lately, and a role where it is more than a stranger. " +
      "Then comes what goes over the whole network: traffic, packets that libp2p lost, open streams, what waits, what was dropped and why, and what became of dials; " +
      "below are those that are banned, until when and why.",
    examples: [
      [
        "peers",
        "addresses, connections, scores, round trips, traffic and losses",
      ],
      ["peers --watch --json", "one line of JSON every two seconds"],
    ],
  }).option("--watch", "show them again every two seconds, until Ctrl-C");
  return does<PeersOptions>(
    withRpc(peers),
    async () => (await import("./peers_run.ts")).runPeers,
  );
}
