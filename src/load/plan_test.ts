import assert from "node:assert/strict";
import {
  chunkOf,
  validUntil,
  warmUpTransfers,
  windowTransfers,
} from "./plan.ts";

const options = { seconds: 20, accounts: 1_000, zipf: false, shards: 1 };

Deno.test("a flood goes in requests of 1,000, a rate in a hundred a second", () => {
  assert.equal(chunkOf(options, 1), 1_000);
  assert.equal(chunkOf({ ...options, rate: 1_000 }, 1), 10);
  assert.equal(chunkOf({ ...options, rate: 7 }, 1), 1);
  assert.equal(chunkOf({ ...options, rate: 1_000_000 }, 1), 1_000);
  assert.equal(chunkOf(options, 4), 250);
});

Deno.test("what is signed lasts for lead and window, with a margin", () => {
  assert.equal(windowTransfers(options, 10_000), 330_000 + 32_000);
  assert.equal(
    windowTransfers({ ...options, rate: 1_000 }, 10_000),
    33_000 + 2_000,
  );
  assert.equal(warmUpTransfers(options), 30_000);
  assert.equal(warmUpTransfers({ ...options, seconds: 2 }), 10_000);
  assert.equal(warmUpTransfers({ ...options, rate: 100 }), 200);
});

Deno.test("a transfer of a short load expires at a height of two bytes, of a long one within the chain's bound", () => {
  assert.ok(validUntil(options, 1_000_000n) < 1n << 14n);
  assert.equal(
    validUntil({ ...options, seconds: 1e6 }, 1_000_000n),
    1_000_000n,
  );
});
