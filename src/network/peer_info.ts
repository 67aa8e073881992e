import type { ControlPeer } from "./control/peer.ts";
import type { DataPeerInfo } from "./data/types.ts";
import { peerMetrics, type PlaneTraffic } from "./metrics.ts";
import type { PeerLinks, PlaneInfo } from "./types.ts";

/** What is known of the connected peers, by both planes. */
export function peerInfo(
  control: readonly ControlPeer[],
  data: readonly DataPeerInfo[],
): PeerLinks[] {
  const peers = new Map<string, Pick<PeerLinks, "control" | "data">>();
  for (const peer of control) {
    peers.set(peer.id, { control: planeInfo(peer.line, peer.traffic()) });
  }
  for (const peer of data) {
    if (peer.state === "down") continue;
    peers.set(peer.id, {
      ...peers.get(peer.id),
      data: { ...planeInfo(peer, peer), paths: peer.paths },
    });
  }
  return [...peers].map(([id, { control, data }]) => ({
    id,
    ...(control && { control }),
    ...(data && { data }),
    // The data plane measures round trips more finely.
    metrics: peerMetrics([data, control].filter((one) => one !== undefined)),
  }));
}

function planeInfo(
  { address = "", direction = "in" }: Partial<
    Pick<PlaneInfo, "address" | "direction">
  >,
  traffic: PlaneTraffic,
): PlaneInfo {
  const { connections, sentBytes, receivedBytes, streams, queued } = traffic;
  const { drops, packets, rttMs } = traffic;
  const dropped = Object.values(drops).reduce((sum, count) => sum + count, 0);
  return {
    ...{ address, direction, connections, sentBytes, receivedBytes },
    ...{ streams, queued, drops, droppedMessages: dropped },
    ...(packets && { packets }),
    ...(rttMs !== undefined && { rttMs }),
  };
}
