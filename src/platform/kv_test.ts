/** What holds for every Kv: the one in memory is checked against Deno KV. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { openDenoKv } from "./real/kv.ts";
import { memoryKv } from "./sim/kv.ts";
import type { Kv, KvKey, KvMutation } from "./types.ts";

async function withKvs(body: (kvs: Kv[]) => Promise<void>) {
  const kvs = [await openDenoKv(":memory:"), memoryKv()];
  try {
    await body(kvs);
  } finally {
    for (const kv of kvs) kv.close();
  }
}

const set = (key: KvKey, value: number[]): KvMutation => ({
  type: "set",
  key,
  value: Uint8Array.from(value),
});

async function keys(kv: Kv, ...args: Parameters<Kv["list"]>): Promise<KvKey[]> {
  const found = [];
  for await (const { key } of kv.list(...args)) found.push(key);
  return found;
}

Deno.test("kv: commit() sets and deletes, get() and list() see it", () =>
  withKvs(async (kvs) => {
    for (const kv of kvs) {
      await kv.commit([
        set(["a", 1], [1]),
        set(["a", 2], [2]),
        set(["b"], [3]),
      ]);
      await kv.commit([{ type: "delete", key: ["a", 1] }, set(["a", 3], [])]);
      assert.equal(await kv.get(["a", 1]), undefined);
      assert.deepEqual(await kv.get(["a", 3]), new Uint8Array());
      assert.deepEqual(await keys(kv, { prefix: ["a"] }), [["a", 2], ["a", 3]]);
      assert.deepEqual(
        await keys(kv, { prefix: ["a"] }, { reverse: true, limit: 1 }),
        [["a", 3]],
      );
      assert.deepEqual(await keys(kv, { prefix: ["a"], start: ["a", 3] }), [[
        "a",
        3,
      ]]);
      assert.deepEqual(await keys(kv, { prefix: ["a"], end: ["a", 3] }), [[
        "a",
        2,
      ]]);
      assert.deepEqual(
        await keys(kv, { prefix: ["a"], start: ["a", 0], end: ["a", 3] }),
        [["a", 2]],
      );
    }
  }));

Deno.test("kv: what is over the limits is refused whole", () =>
  withKvs(async (kvs) => {
    for (const kv of kvs) {
      const tooMany = Array.from({ length: 1001 }, (_, n) => set(["n", n], []));
      const tooLong = [set(["ok"], []), {
        ...set(["x"], []),
        value: new Uint8Array(65_537),
      }];
      const tooLarge = Array.from({ length: 14 }, (_, n) => ({
        ...set(["l", n], []),
        value: new Uint8Array(60_000),
      }));
      for (const mutations of [tooMany, tooLong, tooLarge]) {
        await assert.rejects(kv.commit(mutations));
      }
      assert.equal(await kv.get(["ok"]), undefined);
    }
  }));

Deno.test("kv: the largest allowed commits pass", () =>
  withKvs(async (kvs) => {
    for (const kv of kvs) {
      await kv.commit(Array.from({ length: 13 }, (_, n) => ({
        ...set(["l", n], []),
        value: new Uint8Array(60 * 1024),
      })));
      const key = (n: number) => ["n".repeat(60), n, new Uint8Array(3)];
      await kv.commit(Array.from({ length: 1000 }, (_, n) => set(key(n), [])));
    }
  }));

const keyPart = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer({ min: -3, max: 300 }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
  fc.uint8Array({ maxLength: 4 }),
);

Deno.test("kv: the one in memory orders keys as Deno KV does", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(keyPart, { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 30,
      }),
      (suffixes) =>
        withKvs(async ([real, memory]) => {
          const mutations = suffixes.map((suffix) =>
            set(["p", ...suffix], [1])
          );
          await real!.commit(mutations);
          await memory!.commit(mutations);
          for (const prefix of [["p"], ["p", ...suffixes[0]!.slice(0, 1)]]) {
            assert.deepEqual(
              await keys(memory!, { prefix }),
              await keys(real!, { prefix }),
            );
          }
        }),
    ),
    { numRuns: 40 },
  ));
