import type { Config } from "./schema/mod.ts";

/** A rule between two keys, each with its range already right. */
export interface Relation {
  /** The key that is blamed. */
  path: readonly [string, ...string[]];
  /** Completes "KEY must be …". */
  rule: string;
  holds(config: Config): boolean;
}

export const relations: readonly Relation[] = [
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
