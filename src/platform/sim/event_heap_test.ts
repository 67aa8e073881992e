import assert from "node:assert/strict";
import { EventHeap } from "./event_heap.ts";
import { seededRandom } from "./random.ts";

Deno.test("events come by time, then by their order, then by their age", () => {
  const random = seededRandom("heap");
  const heap = new EventHeap();
  const events = Array.from({ length: 500 }, (_, age) => ({
    atMs: random.integer(20),
    order: random.integer(5),
    age,
    callback: () => undefined,
  }));
  const entries = events.map((event) => heap.push(event));
  const isLeft = (age: number) => age % 3 > 0;
  for (const [age, entry] of entries.entries()) {
    if (!isLeft(age)) heap.cancel(entry);
  }
  const sorted = events.filter(({ age }) => isLeft(age)).sort((a, b) =>
    a.atMs - b.atMs || a.order - b.order || a.age - b.age
  );
  const popped = sorted.map(() => heap.pop(Infinity)!);
  assert.deepEqual(
    popped.map(({ atMs, order }) => [atMs, order]),
    sorted.map(({ atMs, order }) => [atMs, order]),
  );
  assert.equal(heap.pop(Infinity), undefined);
});

Deno.test("what is later than asked for stays, what has happened is cancelled in vain", () => {
  const heap = new EventHeap();
  const seen: string[] = [];
  const at = (atMs: number, name: string) =>
    heap.push({ atMs, order: 0, callback: () => seen.push(name) });
  const first = at(10, "first");
  at(20, "second");
  assert.equal(heap.pop(9), undefined);
  heap.pop(10)!.callback();
  heap.cancel(first);
  heap.cancel(first);
  assert.equal(heap.pop(19), undefined);
  heap.pop(20)!.callback();
  assert.deepEqual(seen, ["first", "second"]);
});
