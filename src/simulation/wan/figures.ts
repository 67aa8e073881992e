import { percentile } from "../../percentile/mod.ts";
import type { ByKind } from "./traffic.ts";

/** Middle, 95 of 100, and most, in milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
}

/** What validators all over the world did; the same seed gives the same. */
export interface WanFigures {
  seed: number;
  validators: number;
  regions: number;
  /** Transfers a second asked for. */
  rate: number;
  block_time_ms: number;
  /** Blocks of the measurement, and how long they took. */
  heights: number;
  virtual_s: number;
  blocks_per_s: number;
  /** From the time in a block to its decision, at every validator. */
  block_ms: Spread;
  /** From a node's taking a transfer to the decision of its block there. Missing where nothing was sent. */
  final_ms?: Spread;
  transfers: { submitted: number; final: number; refused: number };
  /** Rounds beyond the first of each height. */
  extra_rounds: number;
  /** Of all validators together. */
  messages_per_block: ByKind;
  bytes_per_block: ByKind;
  /** Of a validator on average, and of the one with most. */
  sent_mbit_s: { mean: number; max: number };
  received_mbit_s: { mean: number; max: number };
  /** A hash over all that happened. */
  trace: string;
}

/** Of unsorted numbers, at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => rounded(percentile(sorted, share));
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** To a tenth. */
export function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}
