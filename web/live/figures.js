/** Figures that follow from recent blocks. */

export const WINDOW_SECONDS = 60;
const INTERVALS = 20;

/** Transactions of each of the last 60 seconds, oldest first. */
export function throughput(blocks, nowMs) {
  const seconds = new Array(WINDOW_SECONDS).fill(0);
  const now = Math.floor(nowMs / 1_000);
  for (const { time_ms, transactions } of blocks) {
    const ago = now - Math.floor(time_ms / 1_000);
    const index = WINDOW_SECONDS - 1 - Math.max(0, ago);
    if (index >= 0) seconds[index] += transactions;
  }
  return seconds;
}

/** The median time between the latest blocks, in milliseconds; undefined with fewer than two. */
export function blockInterval(blocks) {
  const gaps = blocks.slice(0, INTERVALS)
    .map(({ time_ms }, index) => time_ms - (blocks[index + 1]?.time_ms ?? NaN))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return {
    milliseconds: gaps[Math.floor(gaps.length / 2)],
    count: gaps.length,
  };
}
