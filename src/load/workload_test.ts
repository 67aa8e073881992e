import assert from "node:assert/strict";
import { Workload } from "./workload.ts";

const uniform = (accounts: number) =>
  new Workload({ accounts, zipf: false, seed: "s" });

Deno.test("senders are distinct within every 1,000, and every account has its turn", () => {
  const { senders } = uniform(3_000).take(30_000);
  for (let at = 0; at < senders.length; at += 1_000) {
    assert.equal(new Set(senders.subarray(at, at + 1_000)).size, 1_000);
  }
  assert.equal(new Set(senders).size, 3_000);
});

Deno.test("uniform senders send about equally often", () => {
  const counts = new Uint32Array(2_000);
  for (const sender of uniform(2_000).take(200_000).senders) counts[sender]!++;
  // Mean 100, deviation 7: none is this far off by chance.
  assert.ok(counts.every((count) => count > 50 && count < 160));
});

Deno.test("fewer accounts than 1,000 go round once before any sends again", () => {
  const { senders, nonces } = uniform(50).take(100);
  assert.equal(new Set(senders.subarray(0, 50)).size, 50);
  assert.equal(new Set(senders.subarray(50)).size, 50);
  assert.deepEqual(new Set(nonces.subarray(50)), new Set([1]));
});

Deno.test("a sender's nonces count from 0 without a gap, whatever is taken at once", () => {
  const work = new Workload({ accounts: 20, zipf: true, seed: "z" });
  const next = new Map<number, number>();
  for (const count of [1, 500, 7, 1_000]) {
    const { senders, nonces } = work.take(count);
    senders.forEach((sender, at) => {
      assert.equal(nonces[at], next.get(sender) ?? 0);
      next.set(sender, nonces[at]! + 1);
    });
  }
});

Deno.test("the same seed sends the same, in any portions", () => {
  const [whole, parts] = [uniform(100), uniform(100)];
  const all = whole.take(300);
  const joined = [100, 1, 199].flatMap((n) => [...parts.take(n).recipients]);
  assert.deepEqual([...all.recipients], joined);
});

Deno.test("of Zipf's senders the first sends twice as much as the second", () => {
  const work = new Workload({ accounts: 1_000, zipf: true, seed: "z" });
  const counts = new Uint32Array(1_000);
  for (const sender of work.take(100_000).senders) counts[sender]!++;
  const ratio = counts[0]! / counts[1]!;
  assert.ok(ratio > 1.8 && ratio < 2.2, `${ratio}`);
  assert.ok(counts[0]! > 10_000);
});

Deno.test("each account sends to one node, in turns of a request", () => {
  for (const zipf of [false, true]) {
    const nodes = { count: 3, transfers: 10 };
    const work = new Workload({ accounts: 100, zipf, seed: "n", nodes });
    const { senders } = work.take(6_000);
    senders.forEach((sender, at) =>
      assert.equal(sender % 3, Math.floor(at / 10) % 3)
    );
    assert.equal(new Set(senders).size, 100);
  }
});

Deno.test("the same transfers can be taken again from their beginning", () => {
  for (const zipf of [false, true]) {
    const work = new Workload({ accounts: 100, zipf, seed: "s" });
    const first = work.take(500);
    assert.deepEqual(work.again().take(500), first);
  }
});
