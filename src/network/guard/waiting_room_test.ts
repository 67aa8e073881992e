import assert from "node:assert/strict";
import { WaitingRoom } from "./waiting_room.ts";

Deno.test("whoever comes when it is full displaces the one that waits longest in the largest group", () => {
  const room = new WaitingRoom<number>(4);
  assert.equal(room.enter("honest", 1), undefined);
  for (const one of [2, 3, 4]) {
    assert.equal(room.enter("flood", one), undefined);
  }
  assert.equal(room.enter("flood", 5), 2);
  assert.equal(room.enter("other", 6), 3);
  assert.equal(room.size, 4);
});

Deno.test("who has left makes room, once", () => {
  const room = new WaitingRoom<number>(2);
  room.enter("a", 1);
  room.enter("a", 2);
  assert.ok(room.leave("a", 1));
  assert.ok(!room.leave("a", 1));
  assert.ok(!room.leave("b", 2));
  assert.equal(room.size, 1);
  assert.equal(room.enter("a", 3), undefined);
  assert.equal(room.enter("a", 4), 2);
});
