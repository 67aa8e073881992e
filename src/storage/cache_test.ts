import assert from "node:assert/strict";
import { ByteCache } from "./cache.ts";

const KIB = 1024;

/** What is cached under a name. */
const cached = (cache: ByteCache, name: string) =>
  cache.through(name, () => Promise.resolve(undefined));

const bytes = (length: number, fill: number) =>
  new Uint8Array(length).fill(fill);

Deno.test("what was put in last is there, what came long before is not", async () => {
  const cache = new ByteCache(64 * KIB);
  for (let n = 0; n < 1_000; n++) cache.set(`${n}`, bytes(KIB, n));
  const there = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) => cached(cache, `${n}`)),
  );
  const first = there.findIndex((one) => one !== undefined);
  assert.ok(first > 1_000 - 64 && first < 1_000 - 40, `${first}`);
  for (const [n, one] of there.entries()) {
    assert.deepEqual(one, n < first ? undefined : bytes(KIB, n));
  }
});

Deno.test("a cached value keeps nothing of what lay around it, and nobody can spoil it", async () => {
  const cache = new ByteCache(64 * KIB);
  const around = bytes(32 * KIB, 1);
  cache.set("a", around.subarray(8, 16));
  around.fill(2);
  const value = (await cached(cache, "a"))!;
  assert.equal(value.buffer.byteLength, 8);
  value.fill(3);
  assert.deepEqual(await cached(cache, "a"), bytes(8, 1));
});

Deno.test("reading() gives what is made of the cached value, or of what is loaded", async () => {
  const cache = new ByteCache(64 * KIB);
  const load = () => Promise.resolve(bytes(3, 7));
  const nothing = () => Promise.resolve(undefined);
  const sum = (value: Uint8Array) => value.reduce((a, b) => a + b);
  assert.equal(await cache.reading("a", nothing, sum), undefined);
  assert.equal(await cache.reading("a", load, sum), 21);
  assert.equal(await cache.reading("a", nothing, sum), 21);
});

Deno.test("many small values take no more memory than a few large ones", async () => {
  const cache = new ByteCache(64 * KIB);
  for (let n = 0; n < 1_000; n++) cache.set(`${n}`, bytes(1, 0));
  let there = 0;
  for (let n = 0; n < 1_000; n++) {
    if (await cached(cache, `${n}`)) there++;
  }
  assert.ok(there > 250 && there < 330, `${there}`);
});

Deno.test("a value that is put in again is the new one, also once the old one is forgotten", async () => {
  const cache = new ByteCache(64 * KIB);
  cache.set("a", bytes(1, 1));
  for (let n = 0; n < 40; n++) cache.set(`${n}`, bytes(KIB, n));
  cache.set("a", bytes(1, 2));
  for (let n = 40; n < 70; n++) cache.set(`${n}`, bytes(KIB, n));
  assert.equal(await cached(cache, "0"), undefined);
  assert.deepEqual(await cached(cache, "a"), bytes(1, 2));
  cache.delete("a");
  assert.equal(await cached(cache, "a"), undefined);
});

Deno.test("what is too large, or there is no room for, is loaded each time", async () => {
  for (const bytesMax of [1, 64 * KIB]) {
    const cache = new ByteCache(bytesMax);
    const load = () => Promise.resolve(bytes(8 * KIB, 1));
    assert.equal((await cache.through("a", load))?.length, 8 * KIB);
    assert.equal(await cached(cache, "a"), undefined);
  }
});
