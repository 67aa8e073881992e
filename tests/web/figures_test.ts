import assert from "node:assert/strict";
import { blockInterval, throughput } from "../../web/live/figures.js";

const block = (time_ms: number, transactions = 0) => ({
  time_ms,
  transactions,
});

Deno.test("throughput counts the transactions of each of the last 60 seconds", () => {
  const seconds = throughput(
    [block(100_500, 5), block(100_100, 2), block(99_000, 1), block(30_000, 9)],
    100_900,
  );
  assert.equal(seconds.length, 60);
  assert.deepEqual(seconds.slice(-2), [1, 7]);
  assert.equal(seconds.reduce((sum, count) => sum + count), 8);
});

Deno.test("a block from a clock that is ahead counts as now", () => {
  assert.equal(throughput([block(105_000, 3)], 100_000).at(-1), 3);
});

Deno.test("the block interval is a median, and unknown with one block", () => {
  const blocks = [block(5_000), block(4_900), block(4_800), block(1_000)];
  assert.deepEqual(blockInterval(blocks), { milliseconds: 100, count: 3 });
  assert.equal(blockInterval([block(1)]).milliseconds, undefined);
});
