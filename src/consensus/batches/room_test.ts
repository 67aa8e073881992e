import assert from "node:assert/strict";
import { Room } from "./room.ts";

const { signal: never } = new AbortController();

/** Work that ends when it is told to. */
function work(room: Room, bytes: number, signal = never) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { isRunning: false, end: resolve };
  const done = room.hold(bytes, signal, async () => {
    state.isRunning = true;
    await promise;
  });
  return Object.assign(state, { done });
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("as much is under way as there is room for, in the order it came", async () => {
  const room = new Room(10);
  const works = [6, 6, 4, 100].map((bytes) => work(room, bytes));
  const running = () => works.map(({ isRunning }) => isRunning);
  await settled();
  assert.deepEqual(running(), [true, false, false, false]);
  works[0]!.end();
  await settled();
  assert.deepEqual(running(), [true, true, true, false]);
  works[1]!.end();
  await settled();
  assert.equal(works[3]!.isRunning, false);
  works[2]!.end();
  await settled();
  assert.equal(works[3]!.isRunning, true);
  works[3]!.end();
  await Promise.all(works.map(({ done }) => done));
});

Deno.test("whoever gives up makes room for those behind", async () => {
  const room = new Room(10);
  const first = work(room, 6);
  const aborter = new AbortController();
  const second = work(room, 8, aborter.signal);
  const third = work(room, 4);
  await settled();
  assert.equal(third.isRunning, false);
  aborter.abort(new Error("enough"));
  await assert.rejects(second.done, /enough/);
  await settled();
  assert.equal(third.isRunning, true);
  first.end();
  third.end();
  await Promise.all([first.done, third.done]);
});

Deno.test("work that fails gives its room back", async () => {
  const room = new Room(10);
  const failing = room.hold(10, never, () => Promise.reject(new Error("no")));
  await assert.rejects(failing, /no/);
  assert.equal(await room.hold(10, never, () => Promise.resolve(7)), 7);
});
