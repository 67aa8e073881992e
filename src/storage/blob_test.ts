import assert from "node:assert/strict";
import { memoryKv } from "../platform/mod.ts";
import { blobLength, deleteBlob, getBlob, partCount, setBlob } from "./blob.ts";
import { splitCommits } from "./commit_queue.ts";
import { randomBytes } from "./testing/fixtures.ts";

const KEY = ["blob", 1n];

Deno.test("a blob is read back at every length around the part boundaries, and removed whole", async () => {
  for (
    const length of [0, 1, 61_403, 61_404, 61_405, 122_844, 122_845, 1_000_000]
  ) {
    const kv = memoryKv();
    const bytes = randomBytes(`${length}`, length);
    const mutations = setBlob(KEY, bytes);
    assert.equal(mutations.length, partCount(length));
    for (const piece of splitCommits(mutations)) await kv.commit(piece);
    assert.equal(await blobLength(kv, KEY), length);
    assert.deepEqual(await getBlob(kv, KEY), bytes);
    await kv.commit(deleteBlob(KEY, length));
    for await (const { key } of kv.list({ prefix: ["blob"] })) {
      assert.fail(`${key} is left`);
    }
  }
});

Deno.test("without its first part, which is written last, a blob is not there", async () => {
  const kv = memoryKv();
  await kv.commit(setBlob(KEY, randomBytes("x", 500_000)).slice(0, -1));
  assert.equal(await getBlob(kv, KEY), undefined);
});

Deno.test("a blob with a part missing, cut, or changed is STORAGE_CORRUPT", async () => {
  const bytes = randomBytes("x", 200_000);
  const broken: ((part: Uint8Array<ArrayBuffer>) => Uint8Array | undefined)[] =
    [
      () => undefined,
      (part) => part.slice(0, -1),
      (part) => part.slice(0, 10),
      (part) => part.with(50, part[50]! ^ 1),
    ];
  for (const part of [0, 1, 3]) {
    for (const change of broken.slice(part === 0 ? 1 : 0)) {
      const kv = memoryKv();
      await kv.commit(setBlob(KEY, bytes));
      const value = change((await kv.get([...KEY, part]))!.slice());
      await kv.commit([
        value
          ? { type: "set", key: [...KEY, part], value }
          : { type: "delete", key: [...KEY, part] },
      ]);
      await assert.rejects(getBlob(kv, KEY), { codeName: "STORAGE_CORRUPT" });
    }
  }
});

Deno.test("what lies behind the last part does not matter", async () => {
  const kv = memoryKv();
  await kv.commit(setBlob(KEY, randomBytes("long", 300_000)));
  const short = randomBytes("short", 100_000);
  await kv.commit(setBlob(KEY, short));
  assert.deepEqual(await getBlob(kv, KEY), short);
});
