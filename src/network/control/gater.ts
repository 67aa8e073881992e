import type { ConnectionGater, MultiaddrConnection } from "@libp2p/interface";
import { LIMITS } from "../limits.ts";
import { hostIn } from "../peers/groups.ts";
import type { Guarded } from "./guarded.ts";

/** Says who may connect over libp2p, as soon as the handshake has proven address and id. `connectionsOf` counts those that there are with a node. */
export function gater(
  guarded: Guarded,
  connectionsOf: (id: string) => number,
): ConnectionGater {
  const { guard, drops } = guarded;
  return {
    denyInboundConnection(connection: MultiaddrConnection) {
      const pass = guard.enter(hostIn(connection.remoteAddr.toString()));
      connection.addEventListener("close", () => pass?.leave(), { once: true });
      return pass === undefined;
    },
    denyInboundEncryptedConnection(peer) {
      const id = peer.toString();
      if (guarded.barred.has(id)) {
        drops.count("blocked");
        return true;
      }
      const isTooMany = connectionsOf(id) >= LIMITS.connectionsOfPeerMax;
      if (isTooMany) drops.count("peer_connections");
      return isTooMany;
    },
  };
}
