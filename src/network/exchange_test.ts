import assert from "node:assert/strict";
import { ErrorCode, fault } from "../errors/mod.ts";
import { answer, ask } from "./exchange.ts";
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

/** The two ends of a stream. */
function pair(): [Duplex, Duplex] {
  const [there, back] = [1, 2].map(() =>
    new TransformStream<Uint8Array, Uint8Array>()
  ) as [TransformStream, TransformStream];
  const end = (
    { readable }: TransformStream,
    { writable }: TransformStream,
  ) => {
    const writer = writable.getWriter();
    return {
      chunks: readable,
      write: (bytes: Uint8Array) => writer.write(bytes),
      end: () => writer.close(),
      abort: (reason: Error) => void writer.abort(reason),
    };
  };
  return [end(back, there), end(there, back)];
}

Deno.test("a question for which there is no memory, or none for its answer, is refused with that reason", async () => {
  const busy = fault(ErrorCode.RPC_BUSY);
  for (const bytesMax of [100, 50_000]) {
    let held = 0;
    const budget = {
      take(bytes: number) {
        if (held + bytes > bytesMax) throw busy;
        held += bytes;
      },
      give: (bytes: number) => void (held -= bytes),
    };
    const [asker, answerer] = pair();
    const answering = answer(
      answerer,
      budget,
      () => Promise.resolve(new Uint8Array(40_000)),
    );
    await assert.rejects(ask(asker, "echo", new Uint8Array(20_000)), {
      codeName: "PEER_REFUSED",
      detail: { topic: "echo", reason: busy.message },
    });
    await answering;
    assert.equal(held, 0);
  }
});
