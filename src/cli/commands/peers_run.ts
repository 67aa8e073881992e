import {
  createClient,
  type NetworkMetrics,
  type PeerMetrics,
  type Peers,
} from "../../client/mod.ts";
import { systemClock } from "../../platform/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { interrupted } from "../signals.ts";
import { grouped, record, table } from "../table.ts";
import { wireJson } from "../wire.ts";

export interface PeersOptions extends RpcOptions {
  watch?: boolean;
}

const WATCH_MS = 2_000;
const PERCENT = 100;

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

const HEAD = [
  ...["Peer", "Dir", "libp2p", "QUIC", "Paths", "Group", "Role", "Score"],
  ...["Round trip", "Loss", "Sent", "Received", "Waiting", "Dropped"],
];

async function text(
  { addresses, peers, bans, metrics }: Peers,
): Promise<string> {
  const rows = peers.map(({ id, control, data, metrics, ...peer }) => [
    id,
    (control ?? data)?.direction ?? "-",
    control?.address.replace(/\/p2p\/.*$/, "") ?? "-",
    data?.address ?? "-",
    data?.paths?.length ?? "-",
    peer.group ?? "-",
    peer.roles.join(", ") || "-",
    peer.score,
    roundTrip(metrics),
    loss(metrics),
    grouped(metrics.bytesSent),
    grouped(metrics.bytesReceived),
    grouped(waitingBytes(metrics)),
    grouped(sum(metrics.drops)),
  ]);
  const banned = bans.map(({ id, untilMs, count, reason }) => [
    id,
    new Date(untilMs).toISOString(),
    count,
    reason,
  ]);
  return [
    ...addresses.map((address) => `this node  ${address}`),
    "",
    rows.length > 0 ? await table(HEAD, rows) : "No peers.",
    "",
    await record(totals(metrics)),
    ...banned.length > 0
      ? ["", await table(["Banned", "Until", "Times", "Why"], banned)]
      : [],
  ].join("\n");
}

function totals(metrics: NetworkMetrics): [string, string][] {
  const { activeConnections, bytesSent, bytesReceived, dials } = metrics;
  return [
    ["connections", grouped(activeConnections)],
    ["sent", `${grouped(bytesSent)} bytes`],
    ["received", `${grouped(bytesReceived)} bytes`],
    ["round trip", roundTrip(metrics)],
    ["loss", `${loss(metrics)} of libp2p's packets`],
    ["streams", counts(metrics.streams)],
    ["waiting", `${grouped(waitingBytes(metrics))} bytes`],
    ["dropped", counts(metrics.drops)],
    ["libp2p dials", counts({ ...dials.control })],
    ["QUIC dials", counts({ ...dials.data })],
  ];
}

const roundTrip = ({ rttMs }: PeerMetrics) =>
  rttMs === undefined ? "-" : `${rttMs.toFixed(1)} ms`;

/** In percent of the packets that were sent. */
function loss({ packets }: PeerMetrics): string {
  if (!packets?.sent) return "-";
  return `${(PERCENT * packets.lost / packets.sent).toFixed(2)} %`;
}

const waitingBytes = ({ queued }: PeerMetrics) =>
  Object.values(queued).reduce((total, { bytes }) => total + bytes, 0);

const sum = (some: Record<string, number>) =>
  Object.values(some).reduce((total, count) => total + count, 0);

/** Those that are not 0, e.g. `full 5, late 1`. */
function counts(some: Record<string, number>): string {
  return Object.entries(some).filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${grouped(count)}`).join(", ") || "none";
}
