import { createClient, type PeerLink } from "../../client/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { grouped, table } from "../table.ts";
import { wireJson } from "../wire.ts";

/** Shows the peers. */
export async function runPeers(
  output: Output,
  { rpc }: RpcOptions,
): Promise<void> {
  const view = await createClient({ url: rpc }).peers();
  await output.result(wireJson(view), async () => {
    const rows = view.peers.map(({ id, control, data }) => [
      id,
      control?.address.replace(/\/p2p\/.*$/, "") ?? "-",
      data?.address ?? "-",
      data?.rttMs === undefined ? "-" : `${data.rttMs.toFixed(1)} ms`,
      grouped(total("sentBytes", control, data)),
      grouped(total("receivedBytes", control, data)),
    ]);
    const head = ["Peer", "libp2p", "QUIC", "Round trip", "Sent", "Received"];
    return [
      ...view.addresses.map((address) => `this node  ${address}`),
      "",
      rows.length > 0 ? await table(head, rows) : "No peers.",
    ].join("\n");
  });
}

function total(
  name: "sentBytes" | "receivedBytes",
  ...links: (PeerLink | undefined)[]
): number {
  return links.reduce((sum, link) => sum + (link?.[name] ?? 0), 0);
}
