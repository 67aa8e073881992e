import assert from "node:assert/strict";
import { ask } from "./exchange.ts";
import type { Duplex } from "./frames.ts";

/** A stream on which nothing comes until it is aborted. */
function silent() {
  const aborted: Error[] = [];
  const { promise: over, reject } = Promise.withResolvers<Uint8Array>();
  over.catch(() => undefined);
  async function* chunks() {
    yield await over;
  }
  const stream: Duplex = {
    chunks: chunks(),
    write: () => Promise.resolve(),
    end: () => Promise.resolve(),
    abort(reason) {
      aborted.push(reason);
      reject(reason);
    },
  };
  return { stream, aborted };
}

Deno.test("a question that is given up gives its stream back, also where it got that later", async () => {
  const late = new Error("late");
  for (const isEarlier of [true, false]) {
    const { stream, aborted } = silent();
    const controller = new AbortController();
    if (isEarlier) controller.abort(late);
    const body = new Uint8Array(1);
    const asked = ask(stream, "echo", body, controller.signal);
    await Promise.resolve();
    controller.abort(late);
    await assert.rejects(asked, late);
    assert.equal(aborted[0], late);
  }
});
