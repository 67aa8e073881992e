import { z } from "zod";
import type { NetworkMetrics, PeerLink, PeerMetrics } from "../types.ts";
import { method } from "./method.ts";

/** `peers {}`: the own addresses, who is connected, what goes over it, and who may not be. */
export const peers = method({
  name: "peers",
  params: z.strictObject({}),
  async call({ backend }) {
    const view = await backend.chain.peers();
    return {
      id: view.id,
      addresses: view.addresses,
      metrics: { ...metricsJson(view.metrics), dials: view.metrics.dials },
      peers: view.peers.map((peer) => ({
        id: peer.id,
        ...(peer.control && { control: linkJson(peer.control) }),
        ...(peer.data && { data: linkJson(peer.data) }),
        metrics: metricsJson(peer.metrics),
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

/** The four numbers that say most. */
export function networkJson(
  { activeConnections, bytesSent, bytesReceived, rttMs }: Pick<
    NetworkMetrics,
    "activeConnections" | "bytesSent" | "bytesReceived" | "rttMs"
  >,
) {
  return {
    active_connections: activeConnections,
    bytes_sent: bytesSent,
    bytes_received: bytesReceived,
    ...(rttMs !== undefined && { rtt_ms: toMicroseconds(rttMs) }),
  };
}

function metricsJson(metrics: PeerMetrics) {
  const { packets, streams, queued, drops } = metrics;
  return {
    ...networkJson(metrics),
    ...(packets && { packets }),
    ...{ streams, queued, drops },
  };
}

function linkJson(link: PeerLink) {
  return {
    address: link.address,
    direction: link.direction,
    sent_bytes: link.sentBytes,
    received_bytes: link.receivedBytes,
    dropped_messages: link.droppedMessages,
    ...(link.rttMs !== undefined && { rtt_ms: toMicroseconds(link.rttMs) }),
  };
}

/** Milliseconds with what a clock can tell of them, and no more. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
