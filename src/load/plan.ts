import type { LoadOptions } from "./types.ts";

/** Largest requests, those under way at all nodes together: as many transfers as have distinct senders. More in one for a node among several is more than it lets wait. */
const CHUNK_MAX = 1_000;
/** At a rate, so many requests a second. */
const REQUESTS_PER_SECOND = 100;
/** Submitted and not final; with more of them each waits longer, and nothing gets faster. */
export const IN_FLIGHT_MAX = 16_000;
const LEAD_SECONDS_MAX = 2;
const WARM_UP_MAX = 30_000;
/** Signed beyond what the speed of the warm-up asks for: nodes get faster. */
const MARGIN = 1.5;
/** Signed before the window at most, 160 bytes each; a longer run signs as it goes. */
const SIGNED_MAX = 4_000_000;
/** More blocks a second there never are, empty ones between full ones included. */
const BLOCKS_PER_SECOND = 80;
/** For start, signing, warm-up and end. */
const EXTRA_SECONDS = 120;

/** Transfers of one request to one of so many nodes. */
export function chunkOf({ rate }: LoadOptions, nodes: number): number {
  const chunk = Math.ceil((rate ?? Infinity) / REQUESTS_PER_SECOND);
  return Math.min(Math.ceil(CHUNK_MAX / nodes), chunk);
}

/** How long the load runs before the window. */
export function leadSeconds({ seconds }: LoadOptions): number {
  return Math.min(LEAD_SECONDS_MAX, seconds);
}

/** Transfers sent before anything else, so that both sides are compiled and their speed is known. */
export function warmUpTransfers({ rate, seconds }: LoadOptions): number {
  return rate === undefined
    ? Math.min(WARM_UP_MAX, seconds * 5_000)
    : Math.min(WARM_UP_MAX, rate * leadSeconds({ seconds } as LoadOptions));
}

/** The stock is filled up, by as much, when it falls below this. */
export function stockMin({ rate }: LoadOptions): number {
  return Math.min(2 * IN_FLIGHT_MAX, Math.ceil((rate ?? Infinity) * 2));
}

/** Transfers to be signed for lead and window, when the nodes take `speed` a second. */
export function windowTransfers(options: LoadOptions, speed: number): number {
  const { rate, seconds } = options;
  const perSecond = Math.min(rate ?? Infinity, speed) * MARGIN;
  const wanted = Math.ceil(perSecond * (seconds + leadSeconds(options)));
  return Math.min(wanted, SIGNED_MAX) + stockMin(options);
}

/** The last height of all transfers: no block of the load is later. */
export function validUntil(
  { seconds }: LoadOptions,
  validityBlocksMax: bigint,
): bigint {
  const blocks = BigInt((seconds + EXTRA_SECONDS) * BLOCKS_PER_SECOND);
  return blocks < validityBlocksMax ? blocks : validityBlocksMax;
}
