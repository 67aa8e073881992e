/** Consensus: the host of the engine, its log, and the double-sign guard. */
export { Channel, Topic } from "./channel.ts";
export { consensusOptions } from "./options.ts";
export { startConsensus } from "./start.ts";
export type {
  Consensus,
  ConsensusContext,
  ConsensusOptions,
  DecidedBlock,
  StepTimeout,
  Timeouts,
} from "./types.ts";
