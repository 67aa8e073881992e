/** Consensus: the host of the engine, its log, and the double-sign guard. */
export { startConsensus } from "./start.ts";
export type {
  Consensus,
  ConsensusContext,
  ConsensusOptions,
  DecidedBlock,
  StepTimeout,
  Timeouts,
} from "./types.ts";
