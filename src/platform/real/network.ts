import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Network } from "../types.ts";

/** The network of a node without peers. */
export function loneNetwork(): Network {
  return {
    id: "alone",
    broadcast() {},
    send() {},
    relay() {},
    onMessage() {},
    request: (peer) =>
      Promise.reject(fault(ErrorCode.PEER_UNREACHABLE, { peer })),
    onRequest() {},
    peers: () => [],
    onPeers() {},
    close: () => Promise.resolve(),
  };
}
