import assert from "node:assert/strict";
import { Pipe } from "./pipe.ts";

/** A pipe whose two sides hear at once, and how often each hook was called. */
function pipe() {
  const counts = { come: 0, read: 0, written: 0 };
  const atOnce = (arrive: () => void) => arrive();
  const one = new Pipe({ forward: atOnce, back: atOnce }, {
    onCome: () => counts.come++,
    onRead: () => counts.read++,
    onWritten: () => counts.written++,
  });
  return { one, counts };
}

Deno.test("each hook is called once, however a stream ends", async () => {
  const [whole, broken] = [pipe(), pipe()];
  whole.one.end();
  assert.equal(await whole.one.read(), undefined);
  whole.one.stop(new Error("after its end"));
  broken.one.end();
  broken.one.failReader(new Error("the connection is over"));
  broken.one.failWriter(new Error("the connection is over"));
  for (const { counts } of [whole, broken]) {
    assert.deepEqual(counts, { come: 1, read: 1, written: 1 });
  }
});
