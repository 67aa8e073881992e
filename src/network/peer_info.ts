import type { ControlPeer } from "./control/peer.ts";
import type { DataPeerInfo } from "./data/types.ts";
import type { PeerLinks, PlaneInfo } from "./types.ts";

/** What is known of the connected peers, by both planes. */
export function peerInfo(
  control: readonly ControlPeer[],
  data: readonly DataPeerInfo[],
): PeerLinks[] {
  const peers = new Map<string, PeerLinks>();
  for (const peer of control) {
    peers.set(peer.id, { id: peer.id, control: controlInfo(peer) });
  }
  for (const peer of data) {
    if (peer.state === "down") continue;
    peers.set(peer.id, {
      ...(peers.get(peer.id) ?? { id: peer.id }),
      data: dataInfo(peer),
    });
  }
  return [...peers.values()];
}

function controlInfo(
  { line, sentBytes, receivedBytes, droppedMessages }: ControlPeer,
): PlaneInfo {
  return {
    address: line.address,
    direction: line.direction,
    sentBytes,
    receivedBytes,
    droppedMessages,
  };
}

function dataInfo(peer: DataPeerInfo): PeerLinks["data"] {
  const { address = "", direction = "in", rttMs } = peer;
  const { sentBytes, receivedBytes, droppedMessages } = peer;
  return {
    address,
    direction,
    sentBytes,
    receivedBytes,
    droppedMessages,
    ...(rttMs !== undefined && { rttMs }),
  };
}
