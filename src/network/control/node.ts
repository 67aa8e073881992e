import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import type { GossipSub } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Ping, ping } from "@libp2p/ping";
import { createLibp2p, type Libp2p } from "libp2p";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { NetworkConfig } from "../data/types.ts";
import {
  type Discovery,
  discoveryParts,
  type DiscoveryScope,
} from "./discovery.ts";
import { LIMITS } from "../limits.ts";
import { gater } from "./gater.ts";
import { gossipService } from "./gossip_service.ts";
import type { Guarded } from "./guarded.ts";
import { mendedQuic } from "./mend.ts";
import { SILENCE } from "./silence.ts";

export type ControlNode = Libp2p<{ pubsub: GossipSub; ping: Ping }>;

/** Upgrades that are under way at once. */
const UPGRADES_MAX = 64;
/** New connections a second from one address, where it has no bound of its own. */
const INBOUND_RATE_MAX = 100;
const IPV6 = /:/;
const ANY_IPV6 = "::";

/** A libp2p node on QUIC that anyone may dial, identify and ping. @throws PORT_IN_USE */
export async function startLibp2p(
  {
    seed,
    gossipTopic,
    listen: { host, port },
    announce,
    config,
    discovery,
    scope,
    guarded,
  }: {
    seed: Uint8Array;
    gossipTopic: string;
    listen: { host: string; port: number };
    /** Multiaddrs to tell others instead of the own ones. */
    announce: string[];
    config: NetworkConfig;
    discovery: Discovery;
    scope: DiscoveryScope;
    guarded: Guarded;
  },
): Promise<ControlNode> {
  const { peerDiscovery, services } = await discoveryParts(discovery, scope);
  let node: ControlNode | undefined;
  const connectionsOf = (id: string) =>
    node?.getConnections(peerIdFromString(id)).length ?? 0;
  try {
    node = await createLibp2p({
      logger: SILENCE,
      privateKey: await generateKeyPairFromSeed("Ed25519", seed),
      addresses: {
        listen: familiesOf(host).map((one) => `${one}/udp/${port}/quic-v1`),
        announce,
      },
      connectionGater: gater(guarded, connectionsOf),
      transports: [mendedQuic(guarded.limits, {
        handshakeTimeout: config.handshake_timeout_ms,
        maxIdleTimeout: config.idle_timeout_ms,
        keepAliveInterval: config.keep_alive_interval_ms,
        maxConcurrentStreamLimit: config.quic.max_concurrent_streams,
        maxStreamData: config.quic.max_stream_data,
        maxConnectionData: config.quic.max_data,
      })],
      connectionManager: {
        maxConnections: 2 * config.max_peers + 2 * LIMITS.guestsMax,
        dialTimeout: config.handshake_timeout_ms,
        inboundUpgradeTimeout: config.handshake_timeout_ms,
        inboundConnectionThreshold: INBOUND_RATE_MAX,
        maxIncomingPendingConnections: UPGRADES_MAX,
        // The dialler knows when to try again.
        reconnectRetries: 0,
      },
      peerDiscovery,
      services: {
        ...services,
        identify: identify(),
        ping: ping(),
        pubsub: gossipService(gossipTopic),
      },
    });
    return node;
  } catch (cause) {
    if (!/address already in use|EADDRINUSE|os error 98/i.test(words(cause))) {
      throw cause;
    }
    throw fault(ErrorCode.PORT_IN_USE, { host, port });
  }
}

/** This QUIC takes no IPv4 on a socket of IPv6, as that of the data plane does. */
function familiesOf(host: string): string[] {
  if (host === ANY_IPV6) return ["/ip6/::", "/ip4/0.0.0.0"];
  return [IPV6.test(host) ? `/ip6/${host}` : `/ip4/${host}`];
}

/** What an error and those within it say. */
function words(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const inner = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown.message, ...inner.map(words), words(thrown.cause ?? "")]
    .join(" ");
}
