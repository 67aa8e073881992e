import assert from "node:assert/strict";
import { ErrorCode } from "../../errors/mod.ts";
import { namedFrame, readFrames, splitNamed } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { Lane } from "./lane.ts";
import { MARK, markFrame, readMark } from "./mark.ts";

const SESSION = "0123456789abcdef";
const frame = (bytes = 10) => namedFrame("batch", new Uint8Array(bytes));

function open() {
  const written: Uint8Array[] = [];
  const broken: unknown[] = [];
  const stream = new WritableStream<Uint8Array>({
    write: (bytes) => void written.push(bytes),
  });
  const lane = new Lane({
    of: 2,
    session: () => SESSION,
    open: () => Promise.resolve(stream.getWriter()),
    onWritten: () => {},
    onBroken: (thrown) => broken.push(thrown),
  });
  return { lane, written, broken, stream };
}

/** Numbers in marks, and names of what is between them. */
async function said(written: readonly Uint8Array[]) {
  const all = [];
  for await (const content of readFrames(chunks(written), 1 << 20)) {
    const { name, body } = splitNamed(content);
    all.push(name === MARK ? readMark(body).number : name);
  }
  return all;
}

async function* chunks(written: readonly Uint8Array[]) {
  yield* written;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("a lane says a number only where it is not the next one, and what is put at once goes together", async () => {
  const { lane, written } = open();
  for (const number of [0, 1, 2, 7, 8, 3]) lane.put(frame(), number);
  await settled();
  assert.equal(written.length, 1);
  lane.put(frame(), 4);
  await settled();
  const batch = "batch";
  assert.deepEqual(
    await said(written),
    [0, batch, batch, batch, 7, batch, batch, 3, batch, batch],
  );
});

Deno.test("a lane has room up to its limit, which is not taken back, and no more than it writes at once", async () => {
  const { lane } = open();
  const first = LIMITS.windowBytesMin[2];
  lane.put(frame(first), 0);
  assert.equal(lane.hasRoom, false);
  await settled();
  assert.equal(lane.hasRoom, false, "it is used up");
  lane.extend(4 * first);
  assert.equal(lane.hasRoom, true);
  lane.extend(0);
  assert.equal(lane.hasRoom, true);
  lane.put(frame(LIMITS.writeBytesMax), 1);
  assert.equal(lane.hasRoom, false, "it waits to be written");
  await settled();
  assert.equal(lane.hasRoom, true);
});

Deno.test("a lane whose stream breaks says so", async () => {
  const { lane, broken, stream } = open();
  await stream.abort(new Error("gone"));
  lane.put(frame(), 0);
  await settled();
  assert.equal(broken.length, 1);
});

Deno.test("a mark is read as it was written, and what is none is malformed", async () => {
  const mark = { of: 1, session: SESSION, number: 2 ** 40 } as const;
  for await (const content of readFrames(chunks([markFrame(mark)]), 100)) {
    assert.deepEqual(readMark(splitNamed(content).body), mark);
  }
  const endless = new Uint8Array(17);
  new DataView(endless.buffer).setFloat64(9, Infinity, true);
  for (
    const body of [new Uint8Array(16), endless, new Uint8Array(17).fill(3)]
  ) {
    assert.throws(() => readMark(body), { code: ErrorCode.MESSAGE_MALFORMED });
  }
});
