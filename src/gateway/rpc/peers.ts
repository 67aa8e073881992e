import { z } from "zod";
import type { PeerLink } from "../types.ts";
import { method } from "./method.ts";

/** `peers {}`: the own addresses, and who is connected. */
export const peers = method({
  name: "peers",
  params: z.strictObject({}),
  async call({ backend }) {
    const view = await backend.chain.peers();
    return {
      id: view.id,
      addresses: view.addresses,
      peers: view.peers.map(({ id, control, data }) => ({
        id,
        ...(control && { control: linkJson(control) }),
        ...(data && { data: linkJson(data) }),
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
