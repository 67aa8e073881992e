import assert from "node:assert/strict";
import { faultyKv, type KvFaultPlan } from "./faulty_kv.ts";
import { MemoryDisk } from "./sim/kv.ts";
import type { KvMutation } from "./types.ts";

const set = (n: number, bytes: number): KvMutation => ({
  type: "set",
  key: ["k", n],
  value: new Uint8Array(bytes).fill(1),
});

/** Commits three values of `bytes` again and again; gives what happened and what is left. */
async function outcomes(plan: KvFaultPlan, bytes: number, commits = 40) {
  const disk = new MemoryDisk();
  const kv = faultyKv(disk.open(), plan);
  const codes: string[] = [];
  for (let n = 0; n < commits; n++) {
    const mutations = [0, 1, 2].map((part) => set(3 * n + part, bytes));
    codes.push(
      await kv.commit(mutations).then(() => "ok", (error) => error.codeName),
    );
  }
  return { codes, kv, entries: disk.entries() };
}

Deno.test("a rejected commit leaves nothing, and the same seed rejects the same ones", async () => {
  const plan = { seed: 1, rejectRate: 0.3 };
  const { codes, entries } = await outcomes(plan, 10);
  const rejected = codes.filter((code) => code === "STORAGE_FAULT").length;
  assert.ok(rejected > 3 && rejected < 25, `${rejected} rejected`);
  assert.equal(entries.length, 3 * (40 - rejected));
  assert.deepEqual((await outcomes(plan, 10)).codes, codes);
});

Deno.test("a torn commit leaves a part of itself, the last value cut; small values are never torn", async () => {
  const { codes, entries } = await outcomes({ seed: 1, tearRate: 0.5 }, 5_000);
  const whole = 3 * codes.filter((code) => code === "ok").length;
  const cut = entries.filter(({ value }) => value.length < 5_000);
  assert.ok(cut.length > 3, "some are cut");
  assert.ok(entries.length > whole && entries.length < 3 * 40);
  const small = await outcomes({ seed: 1, tearRate: 1 }, 4_000);
  assert.ok(small.codes.every((code) => code === "ok"));
});

Deno.test("a full disk refuses what does not fit any more", async () => {
  const { codes, entries } = await outcomes({
    seed: 1,
    fullAfterBytes: 100_000,
  }, 10_000);
  assert.deepEqual(codes.slice(0, 5), [
    "ok",
    "ok",
    "ok",
    "DISK_FULL",
    "DISK_FULL",
  ]);
  assert.equal(entries.length, 9);
});

Deno.test("a stopped machine does not even read", async () => {
  const { codes, kv } = await outcomes({ seed: 1, stopAfterCommits: 2 }, 10, 4);
  assert.deepEqual(codes, ["ok", "ok", "STORAGE_FAULT", "STORAGE_FAULT"]);
  await assert.rejects(kv.get(["k", 0]), { codeName: "STORAGE_FAULT" });
});
