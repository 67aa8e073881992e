import type { Config } from "../config/mod.ts";
import { type GatewayConfig, LIMITS } from "../gateway/mod.ts";
import type { NetworkOptions } from "../network/mod.ts";
import denoConfig from "../../deno.json" with { type: "json" };

/** `[rpc]` in the words of the gateway. */
export function gatewayConfig(
  { rpc, consensus, mempool }: Config,
  genesis: Pick<GatewayConfig, "genesis" | "genesisHash">,
  faucetSeed: Uint8Array | undefined,
): GatewayConfig {
  return {
    hostname: rpc.host,
    port: rpc.port,
    ...genesis,
    version: denoConfig.version,
    ...(faucetSeed && { faucetSeed }),
    corsOrigins: rpc.cors_origins,
    hosts: rpc.hosts,
    readyAgeMsMax: 10 * consensus.empty_block_time_ms,
    limits: {
      jsonBytesMax: Math.min(LIMITS.jsonBytesMax, rpc.body_bytes_max),
      submitBytesMax: rpc.body_bytes_max,
      submitTransactionsMax: rpc.submissions_max,
      socketsMax: rpc.connections_max,
      socketSubscriptionsMax: rpc.subscriptions_max,
      requestsMax: rpc.requests_max,
      backlogMsMax: mempool.wait_ms_max,
    },
  };
}

/** What `[p2p]` says of who may be a peer, in the words of the network. */
export function peerRules({ p2p }: Config): Partial<NetworkOptions> {
  return {
    allow: p2p.allow,
    persistentPeers: p2p.persistent_peers,
    onlyPersistent: p2p.connect === "persistent",
    privatePeers: p2p.private_peers,
    authorities: p2p.authorities,
    revoked: p2p.revoked,
    discovery: { kadDht: p2p.kad_dht === "on", mdns: p2p.mdns === "on" },
  };
}
