import type { Config } from "../config/mod.ts";
import type { ConsensusOptions } from "./types.ts";

/** Once the message of a round is late, its validators' own votes are sent again this often. */
const REBROADCAST_MS = 1_000;

/** `[consensus]` in the words of the consensus host. */
export function consensusOptions({ consensus }: Config): ConsensusOptions {
  const deltaMs = consensus.timeout_growth_ms;
  return {
    blockTimeMs: consensus.block_time_ms,
    emptyBlockTimeMs: consensus.empty_block_time_ms,
    timeouts: {
      propose: { ms: consensus.propose_timeout_ms, deltaMs },
      prevote: { ms: consensus.prevote_timeout_ms, deltaMs },
      precommit: { ms: consensus.precommit_timeout_ms, deltaMs },
      rebroadcastMs: REBROADCAST_MS,
    },
  };
}
