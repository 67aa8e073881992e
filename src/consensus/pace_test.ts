import assert from "node:assert/strict";
import { Pace } from "./pace.ts";

const OPTIONS = {
  blockTimeMs: 100,
  emptyBlockTimeMs: 5_000,
  isShared: false,
};

function paceAfter(
  height: bigint,
  isFull: boolean,
  atMs: number,
  options = OPTIONS,
): Pace {
  const pace = new Pace(options);
  pace.started(atMs);
  pace.decided(height, isFull, atMs + 10);
  return pace;
}

Deno.test("the first height starts at once", () => {
  assert.ok(new Pace(OPTIONS).due(1n) <= 0);
});

Deno.test("an empty block waits for the long time", () => {
  assert.equal(paceAfter(4n, false, 1_000).due(5n), 6_000);
});

Deno.test("transactions end the wait at once", () => {
  const pace = paceAfter(4n, false, 1_000);
  pace.pending(1_500, true);
  assert.equal(pace.due(5n), 1_500);
});

Deno.test("blocks with transactions keep the block time between them", () => {
  const pace = paceAfter(4n, true, 1_000);
  pace.pending(1_020, true);
  assert.equal(pace.due(5n), 1_100);
  pace.settled();
  pace.pending(1_200, true);
  assert.equal(pace.due(5n), 1_200);
});

Deno.test("empty blocks follow at once until a header carries the last results", () => {
  const pace = paceAfter(4n, true, 1_000);
  assert.ok(pace.due(5n) <= 1_000);
  assert.ok(pace.due(6n) <= 1_000);
  pace.started(1_010);
  pace.decided(6n, false, 1_020);
  assert.equal(pace.due(7n), 6_010);
});

Deno.test("where batches may be on their way, an empty block lets them pass for a block time", () => {
  const pace = paceAfter(4n, true, 1_000, { ...OPTIONS, isShared: true });
  assert.equal(pace.due(5n), 1_110);
  pace.pending(1_050, true);
  assert.equal(pace.due(5n), 1_100);
});

Deno.test("what is ready waits a moment for what is about to be", () => {
  const pace = paceAfter(4n, false, 1_000);
  pace.pending(1_500, false);
  assert.equal(pace.due(5n), 1_525);
  pace.pending(1_510, false);
  assert.equal(pace.due(5n), 1_525);
  pace.pending(1_515, true);
  assert.equal(pace.due(5n), 1_515);
});

Deno.test("a mempool that promises transactions and gives none does not set the pace", () => {
  const pace = new Pace(OPTIONS);
  pace.pending(990, true);
  pace.started(1_000);
  pace.taken();
  pace.decided(4n, false, 1_010);
  pace.pending(1_020, true);
  assert.equal(pace.due(5n), 1_100);
});
