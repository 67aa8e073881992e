import type { Parameters } from "../proto/gen/rustorium/v1/state_pb.ts";

/** Each round adds a tenth of the message delay, so that a parameter that is too small halts nothing for ever. */
const GROWTH = 10n;

/** When and in which round a proposal came. */
export interface Arrival {
  /** Milliseconds since the Unix epoch, by the own clock. */
  receivedMs: number;
  round: number;
}

/**
 * Proposer-based time: whether a block's time can be the proposer's clock at
 * the proposal, given how exact clocks are and how long messages take.
 */
export function isTimely(
  { precisionMs, messageDelayMs }: Pick<
    Parameters,
    "precisionMs" | "messageDelayMs"
  >,
  timeMs: bigint,
  { receivedMs, round }: Arrival,
): boolean {
  const received = BigInt(Math.floor(receivedMs));
  const delay = messageDelayMs + messageDelayMs * BigInt(round) / GROWTH;
  return timeMs <= received + precisionMs &&
    received <= timeMs + delay + precisionMs;
}
