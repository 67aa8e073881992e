import type { Config } from "./schema/mod.ts";

/** A rule between two keys, each with its range already right. */
export interface Relation {
  /** The key that is blamed. */
  path: readonly [string, ...string[]];
  /** Completes "KEY must be …". */
  rule: string;
  holds(config: Config): boolean;
}

const ADDRESS = /^\/ip[46]\/[0-9a-f.:]+\/udp\/\d{1,5}\/quic-v1$/;
const PEER_ID = /^[1-9A-HJ-NP-Za-km-z]{40,64}$/;
const PEER_ADDRESS =
  /^\/(ip[46]\/[0-9a-f.:]+|dns[46]?\/[\w.-]+)\/udp\/\d{1,5}\/quic-v1(\/p2p\/[1-9A-HJ-NP-Za-km-z]+)?$/;
const NAMED_PEERS = /^\/dnsaddr\/[\w.-]+(\/p2p\/[1-9A-HJ-NP-Za-km-z]+)?$/;

export const relations: readonly Relation[] = [
  {
    path: ["p2p", "bootstrap"],
    rule: "addresses like /ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW…",
    holds: ({ p2p }) =>
      p2p.bootstrap.every((one) =>
        PEER_ADDRESS.test(one) || NAMED_PEERS.test(one)
      ),
  },
  {
    path: ["p2p", "allow"],
    rule: "peer ids like 12D3KooW…",
    holds: ({ p2p }) => p2p.allow.every((one) => PEER_ID.test(one)),
  },
  {
    path: ["p2p", "persistent_peers"],
    rule:
      "addresses with ids like /ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW…",
    holds: ({ p2p }) =>
      p2p.persistent_peers.every((one) =>
        PEER_ADDRESS.test(one) && /\/p2p\/[^/]+$/.test(one)
      ),
  },
  {
    path: ["p2p", "connect"],
    rule: "any where p2p.persistent_peers names nobody",
    holds: ({ p2p }) =>
      p2p.connect === "any" || p2p.persistent_peers.length > 0,
  },
  {
    path: ["p2p", "kad_dht"],
    rule: 'off where p2p.connect is "persistent"',
    holds: ({ p2p }) => p2p.connect === "any" || p2p.kad_dht === "off",
  },
  {
    path: ["p2p", "mdns"],
    rule: 'off where p2p.connect is "persistent"',
    holds: ({ p2p }) => p2p.connect === "any" || p2p.mdns === "off",
  },
  {
    path: ["p2p", "private_peers"],
    rule: "peer ids like 12D3KooW…",
    holds: ({ p2p }) => p2p.private_peers.every((one) => PEER_ID.test(one)),
  },
  {
    path: ["p2p", "authorities"],
    rule: "public keys of 64 hexadecimal digits",
    holds: ({ p2p }) =>
      p2p.authorities.every((one) => /^[0-9a-f]{64}$/.test(one)),
  },
  {
    path: ["p2p", "revoked"],
    rule: "peer ids like 12D3KooW…",
    holds: ({ p2p }) => p2p.revoked.every((one) => PEER_ID.test(one)),
  },
  {
    path: ["p2p", "announce"],
    rule: "addresses like /ip4/203.0.113.7/udp/26656/quic-v1",
    holds: ({ p2p }) => p2p.announce.every((one) => ADDRESS.test(one)),
  },
  {
    path: ["network", "target_outbound"],
    rule: "at most network.max_peers",
    holds: ({ network }) => network.target_outbound <= network.max_peers,
  },
  {
    path: ["network", "keep_alive_interval_ms"],
    rule: "less than network.idle_timeout_ms",
    holds: ({ network }) =>
      network.keep_alive_interval_ms < network.idle_timeout_ms,
  },
  {
    path: ["network", "quic", "max_data"],
    rule: "at least network.quic.max_stream_data",
    holds: ({ network: { quic } }) => quic.max_data >= quic.max_stream_data,
  },
  {
    path: ["consensus", "empty_block_time_ms"],
    rule: "at least consensus.block_time_ms",
    holds: ({ consensus }) =>
      consensus.empty_block_time_ms >= consensus.block_time_ms,
  },
];
