import assert from "node:assert/strict";
import { type WanOptions, WanRun } from "./run.ts";
import { simulateWan } from "./simulate.ts";

const OPTIONS: WanOptions = {
  seed: 1,
  validators: 4,
  regions: 10,
  rate: 100,
  heights: 6,
};

const figuresOf = (options: Partial<WanOptions> = {}) =>
  new WanRun({ ...OPTIONS, ...options }).run();

Deno.test("four validators on four continents: everything is final, the same each time", async () => {
  const { figures, violations, story, svg } = await simulateWan(OPTIONS);
  assert.deepEqual(violations, []);
  const { block_ms, final_ms, transfers, extra_rounds } = figures!;
  // Each needs two others: from Virginia they are 94 and 118 ms of round trip away, from Singapore 166 and 224.
  assert.ok(block_ms.p50 > 200 && block_ms.p95 < 400, JSON.stringify(block_ms));
  assert.ok(final_ms!.p50 > block_ms.p50 && final_ms!.p50 < 1_200);
  assert.ok(transfers.submitted > 50);
  assert.equal(transfers.final, transfers.submitted);
  assert.equal(transfers.refused + extra_rounds, 0);
  assert.match(story, /^== node3$/m);
  assert.match(svg, /node3 São Paulo/);
});

Deno.test("of sixteen validators each sends each two votes for a block, and a few words about batches", async () => {
  const { messages_per_block: messages, bytes_per_block: bytes } =
    await figuresOf({ validators: 16, heights: 3 });
  const lines = 16 * 15;
  const votes = messages.votes / lines;
  assert.ok(votes > 1.7 && votes < 2.3, `${votes} votes`);
  const words = messages.announcements / lines;
  assert.ok(words < 13, `${words} words`);
  assert.ok(bytes.votes / messages.votes < 300);
  assert.equal(messages.blocks, 0);
});

Deno.test("validators in one place agree in a few milliseconds", async () => {
  const { block_ms, final_ms } = await figuresOf({ regions: 1 });
  assert.ok(block_ms.p95 < 20, JSON.stringify(block_ms));
  assert.ok(final_ms!.p50 < 100, JSON.stringify(final_ms));
});

Deno.test("a narrow uplink and lost packets cost time", async () => {
  const wide = await figuresOf();
  const narrow = await figuresOf({ quality: { uplinkBytesPerMs: 20 } });
  const lossy = await figuresOf({ quality: { loss: 0.1 } });
  assert.ok(narrow.block_ms.p50 > wide.block_ms.p50 + 20);
  assert.ok(lossy.block_ms.p95 > wide.block_ms.p95 + 100);
  assert.ok(lossy.transfers.final > 0);
});
