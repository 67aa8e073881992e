import assert from "node:assert/strict";
import fc from "fast-check";
import { join } from "../bytes/mod.ts";
import { namedFrame, readFrames, splitNamed } from "./frames.ts";

async function* cut(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length]!;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

async function all(chunks: AsyncIterable<Uint8Array>, bytesMax = 1_000) {
  const contents: Uint8Array[] = [];
  for await (const content of readFrames(chunks, bytesMax)) {
    contents.push(content);
  }
  return contents;
}

Deno.test("frames come out as they went in, however the stream is cut", () =>
  fc.assert(fc.asyncProperty(
    fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }),
    fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
    async (bodies, sizes) => {
      const bytes = join(bodies.map((body) => namedFrame("vote", body)));
      const contents = await all(cut(bytes, sizes));
      assert.deepEqual(
        contents.map((content) => splitNamed(content)),
        bodies.map((body) => ({ name: "vote", body })),
      );
    },
  )));

Deno.test("a frame beyond the bound, and a stream that ends within one, are MESSAGE_MALFORMED", async () => {
  const bytes = namedFrame("vote", new Uint8Array(100));
  const malformed = { codeName: "MESSAGE_MALFORMED" };
  await assert.rejects(all(cut(bytes, [7]), 104), malformed);
  assert.equal((await all(cut(bytes, [7]), 105)).length, 1);
  for (const length of [1, 3, 4, 50, bytes.length - 1]) {
    await assert.rejects(all(cut(bytes.subarray(0, length), [7])), malformed);
  }
});

Deno.test("whatever comes, splitNamed() gives a proper name or MESSAGE_MALFORMED", () =>
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
    try {
      assert.match(splitNamed(content).name, /^[a-z][a-z0-9_-]*$/);
    } catch (error) {
      assert.equal(
        (error as { codeName: string }).codeName,
        "MESSAGE_MALFORMED",
      );
    }
  })));
