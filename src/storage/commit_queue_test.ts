import assert from "node:assert/strict";
import { type Kv, type KvMutation, memoryKv } from "../platform/mod.ts";
import { CommitQueue } from "./commit_queue.ts";

const set = (name: string, bytes = 1): KvMutation => ({
  type: "set",
  key: [name],
  value: new Uint8Array(bytes),
});

/** A kv whose commits are counted, wait for `gate`, and fail when told to. */
function controlled() {
  const kv = memoryKv();
  const state = {
    commits: [] as number[],
    gate: Promise.resolve(),
    fails: false,
  };
  const commit: Kv["commit"] = async (mutations) => {
    state.commits.push(mutations.length);
    await state.gate;
    if (state.fails) throw new Error("database or disk is full");
    await kv.commit(mutations);
  };
  return { kv: { ...kv, commit }, state };
}

Deno.test("commits that wait together share one", async () => {
  const { kv, state } = controlled();
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const queue = new CommitQueue(kv);
  const first = queue.commit([set("a")]);
  await new Promise((resolve) => setTimeout(resolve));
  const rest = ["b", "c", "d"].map((name) => queue.commit([set(name)]));
  gate.resolve();
  await Promise.all([first, ...rest]);
  assert.deepEqual(state.commits, [1, 3]);
});

Deno.test("commits never share more than one commit may hold", async () => {
  const { kv, state } = controlled();
  const queue = new CommitQueue(kv);
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => queue.commit([set(`${n}`, 60_000)])),
  );
  assert.deepEqual(state.commits, [13, 13, 4]);
});

Deno.test("of two commits of one key the later one counts, also when they share a commit", async () => {
  const { kv } = controlled();
  const queue = new CommitQueue(kv);
  await Promise.all([queue.commit([set("a", 1)]), queue.commit([set("a", 2)])]);
  assert.equal((await kv.get(["a"]))?.length, 2);
});

Deno.test("after a failure everything is refused with it, although the disk would work again", async () => {
  const { kv, state } = controlled();
  const queue = new CommitQueue(kv);
  state.fails = true;
  const waiting = Array.from(
    { length: 30 },
    (_, n) => queue.commit([set(`${n}`, 60_000)]),
  );
  for (const commit of waiting) {
    await assert.rejects(commit, { codeName: "DISK_FULL" });
  }
  state.fails = false;
  await assert.rejects(queue.commit([set("a")]), { codeName: "DISK_FULL" });
  await assert.rejects(queue.commitAll([set("a")]), { codeName: "DISK_FULL" });
  assert.deepEqual(state.commits, [13]);
  assert.equal(await kv.get(["a"]), undefined);
});

Deno.test("more than may wait is refused with RPC_BUSY, and what waits is still committed", async () => {
  const { kv, state } = controlled();
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const queue = new CommitQueue(kv);
  // One buffer for all: their sizes count, not the memory.
  const value = new Uint8Array(60_000);
  const large = Array.from(
    { length: 9_000 },
    (_, n): KvMutation => ({ type: "set", key: [n], value }),
  );
  await assert.rejects(queue.commitAll(large), { codeName: "RPC_BUSY" });
  const small = queue.commit([set("small")]);
  gate.resolve();
  await small;
  assert.ok(await kv.get(["small"]));
});

Deno.test("what is urgent waits for one small commit of the background, and the background for one that is urgent", async () => {
  const { kv, state } = controlled();
  const queue = new CommitQueue(kv);
  const values = (count: number) =>
    Array.from({ length: count }, (_, n) => set(`${n}`, 60_000));
  await Promise.all([
    queue.commitAll(values(9), "background"),
    queue.commitAll(values(30)),
  ]);
  assert.deepEqual(state.commits, [13, 3, 13, 3, 4, 3]);
});

Deno.test("what rides goes with the next commit, before it, and has none of its own", async () => {
  const { kv, state } = controlled();
  const queue = new CommitQueue(kv);
  const ridden = queue.ride([set("a", 1), set("b")]);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(state.commits, []);
  await queue.commit([set("a", 2)], "background");
  await ridden;
  assert.deepEqual(state.commits, [3]);
  assert.equal((await kv.get(["a"]))?.length, 2);
});

Deno.test("what rides is committed where much has gathered, and for the queue to be idle", async () => {
  const { kv, state } = controlled();
  const queue = new CommitQueue(kv);
  queue.ride([set("a")]);
  await queue.idle();
  assert.deepEqual(state.commits, [1]);
  await Promise.all(
    ["b", "c", "d"].map((name) => queue.ride([set(name, 30_000)])),
  );
  assert.deepEqual(state.commits, [1, 3]);
});

Deno.test("a failure is told to whoever rides, and nobody rides any more", async () => {
  const { kv, state } = controlled();
  const queue = new CommitQueue(kv);
  state.fails = true;
  const ridden = assert.rejects(queue.ride([set("a")]));
  await assert.rejects(queue.commit([set("b")]));
  await ridden;
  await assert.rejects(queue.ride([set("c")]));
});
