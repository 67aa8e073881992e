import assert from "node:assert/strict";
import { Book } from "../book.ts";
import { Drops } from "../guard/drops.ts";
import type { KnownRecord } from "../record.ts";
import { Records } from "./records.ts";

function open() {
  let now = 0;
  const told: string[] = [];
  const peers = ["a", "b", "c"].map((id) => ({
    id,
    send: () => void told.push(id),
  }));
  const learned: string[] = [];
  const drops = new Drops();
  const records = new Records({
    clock: { now: () => now, monotonic: () => now },
    genesisHash: new Uint8Array(32),
    ...{ book: new Book("own"), drops, peers: () => peers },
    isTold: (id) => id !== "private",
    onRecord: ({ id }) => learned.push(id),
  });
  const learn = (id: string, timeMs: number, from: string) =>
    records.learn(
      { id, timeMs, signed: new Uint8Array(9) } as KnownRecord,
      from,
    );
  return { pass: (ms: number) => now += ms, learn, told, learned, drops };
}

Deno.test("what is new is told to all but who told it and whom it is about", () => {
  const { learn, told, learned } = open();
  learn("a", 1, "a");
  learn("b", 1, "a");
  learn("b", 1, "c");
  learn("private", 1, "a");
  assert.deepEqual(told, ["b", "c", "c"]);
  assert.deepEqual(learned, ["a", "b", "private"]);
});

Deno.test("a record that changes again and again is kept, and told at a rate; others go on", () => {
  const { learn, pass, told, learned, drops } = open();
  for (let n = 1; n <= 2_000; n++) {
    learn("a", n, "a");
    pass(5);
  }
  assert.equal(learned.length, 2_000);
  assert.ok(told.length <= 2 * (100 + 2 * 10), `${told.length}`);
  assert.equal(drops.all().records, 2_000 - told.length / 2);
  told.length = 0;
  learn("b", 1, "b");
  assert.deepEqual(told, ["a", "c"]);
});
