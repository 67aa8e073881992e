import { createClient, type PeerLink, type Peers } from "../../client/mod.ts";
import { systemClock } from "../../platform/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { interrupted } from "../signals.ts";
import { grouped, table } from "../table.ts";
import { wireJson } from "../wire.ts";

export interface PeersOptions extends RpcOptions {
  watch?: boolean;
}

const WATCH_MS = 2_000;

/** Shows the peers, once or again and again. */
export async function runPeers(
  output: Output,
  { rpc, watch }: PeersOptions,
): Promise<void> {
  const client = createClient({ url: rpc });
  const clock = systemClock();
  const show = async () => {
    const view = await client.peers();
    await output.result(wireJson(view), () => text(view));
  };
  if (!watch) return await show();
  const end = interrupted().catch(() => "end");
  do {
    await show();
  } while (await Promise.race([clock.sleep(WATCH_MS), end]) !== "end");
}

async function text({ addresses, peers, bans }: Peers): Promise<string> {
  const rows = peers.map(({ id, control, data, ...peer }) => [
    id,
    (control ?? data)?.direction ?? "-",
    control?.address.replace(/\/p2p\/.*$/, "") ?? "-",
    data?.address ?? "-",
    peer.group ?? "-",
    peer.roles.join(", ") || "-",
    peer.score,
    data?.rttMs === undefined ? "-" : `${data.rttMs.toFixed(1)} ms`,
    grouped(total("sentBytes", control, data)),
    grouped(total("receivedBytes", control, data)),
  ]);
  const head = ["Peer", "Dir", "libp2p", "QUIC", "Group", "Role", "Score"];
  const columns = [...head, "Round trip", "Sent", "Received"];
  const banned = bans.map(({ id, untilMs, count, reason }) => [
    id,
    new Date(untilMs).toISOString(),
    count,
    reason,
  ]);
  return [
    ...addresses.map((address) => `this node  ${address}`),
    "",
    rows.length > 0 ? await table(columns, rows) : "No peers.",
    ...banned.length > 0
      ? ["", await table(["Banned", "Until", "Times", "Why"], banned)]
      : [],
  ].join("\n");
}

function total(
  name: "sentBytes" | "receivedBytes",
  ...links: (PeerLink | undefined)[]
): number {
  return links.reduce((sum, link) => sum + (link?.[name] ?? 0), 0);
}
