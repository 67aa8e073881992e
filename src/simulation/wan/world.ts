import { defaultConfig } from "../../config/mod.ts";
import {
  type ConsensusOptions,
  consensusOptions,
} from "../../consensus/mod.ts";
import { newChain, type SimChain } from "../chain.ts";
import type { LineQuality } from "./lines.ts";
import { roundTripMs } from "./regions.ts";

const MBIT_PER_S = 125;

/** A machine of a data centre: 1 Gbit/s, of which one connection gets 200 Mbit/s; of a thousand packets one is lost. None of it is of the table of latencies. */
export const QUALITY: LineQuality = {
  uplinkBytesPerMs: 1_000 * MBIT_PER_S,
  lineBytesPerMs: 200 * MBIT_PER_S,
  jitter: 0.05,
  loss: 0.001,
};

/** Those of a node by its configuration as it is without a file. */
export function nodeConsensus(blockTimeMs?: number): ConsensusOptions {
  const options = consensusOptions(defaultConfig());
  return { ...options, blockTimeMs: blockTimeMs ?? options.blockTimeMs };
}

/** Accounts that send, each to one validator. */
const ACCOUNTS = 2_000;
const POWER = 10n;

/** Validators of equal power, with the parameters that `init` gives a chain where time and size depend on them. */
export function wideChain(validators: number): SimChain {
  return newChain(Array(validators).fill(POWER), {
    accounts: ACCOUNTS,
    parameters: { blockBatchesMax: 64, checkpointBlocks: 1_000n },
  });
}

/** In which region a validator is: they go round. */
export function regionOf(index: number, regions: number): number {
  return index % regions;
}

/** From one validator to another. */
export function oneWayMs(
  from: number,
  to: number,
  regions: number,
): number {
  return roundTripMs(regionOf(from, regions), regionOf(to, regions)) / 2;
}
