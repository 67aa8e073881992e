import { z } from "zod";
import type { PeerLink } from "../types.ts";
import { method } from "./method.ts";

/** `peers {}`: the own addresses, who is connected, and who may not be. */
export const peers = method({
  name: "peers",
  params: z.strictObject({}),
  async call({ backend }) {
    const view = await backend.chain.peers();
    return {
      id: view.id,
      addresses: view.addresses,
      peers: view.peers.map((peer) => ({
        id: peer.id,
        ...(peer.control && { control: linkJson(peer.control) }),
        ...(peer.data && { data: linkJson(peer.data) }),
        score: Math.round(peer.score),
        roles: peer.roles,
        ...(peer.group !== undefined && { group: peer.group }),
        connected_ms: Math.round(peer.connectedMs),
      })),
      bans: view.bans.map(({ id, reason, untilMs, count }) => ({
        ...{ id, reason, count },
        until_ms: untilMs,
      })),
    };
  },
});

function linkJson(link: PeerLink) {
  return {
    address: link.address,
    direction: link.direction,
    sent_bytes: link.sentBytes,
    received_bytes: link.receivedBytes,
    dropped_messages: link.droppedMessages,
    ...(link.rttMs !== undefined && { rtt_ms: link.rttMs }),
  };
}
