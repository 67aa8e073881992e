import assert from "node:assert/strict";
import { Storing } from "./storing.ts";

const [ONE, OTHER] = [Uint8Array.of(1), Uint8Array.of(2)];
const BATCH = new Uint8Array(8);

/** A disk that writes when it is told to. */
function setUp() {
  const writes: PromiseWithResolvers<void>[] = [];
  const storing = new Storing({
    putBatch() {
      const write = Promise.withResolvers<void>();
      writes.push(write);
      return write.promise;
    },
  });
  return { storing, writes };
}

const ticks = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("what comes while others are stored is waited for as well", async () => {
  const { storing, writes } = setUp();
  storing.put(ONE, BATCH);
  let over: Uint8Array[] | undefined;
  storing.over([ONE, OTHER]).then((those) => over = those);
  storing.put(OTHER, BATCH);
  writes[0]!.resolve();
  await ticks();
  assert.equal(over, undefined);
  writes[1]!.resolve();
  await ticks();
  assert.deepEqual(over, [ONE, OTHER]);
});

Deno.test("what could not be stored is left out, and may be stored again", async () => {
  const { storing, writes } = setUp();
  const failed = assert.rejects(storing.put(ONE, BATCH), /full/);
  storing.put(OTHER, BATCH);
  const over = storing.over([ONE, OTHER]);
  writes[0]!.reject(new Error("full"));
  writes[1]!.resolve();
  await failed;
  assert.deepEqual(await over, [OTHER]);
  storing.put(ONE, BATCH);
  writes[2]!.resolve();
  assert.deepEqual(await storing.over([ONE]), [ONE]);
});
