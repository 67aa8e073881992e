import assert from "node:assert/strict";
import { Turns } from "./turns.ts";

Deno.test("answers take turns as long as there is room, small ones at once", async () => {
  const turns = new Turns(10, 2);
  const begun: number[] = [];
  const take = async (bytes: number) => {
    const end = await turns.take(bytes);
    begun.push(bytes);
    return end;
  };
  const first = await take(8);
  const second = await take(9);
  const third = take(7);
  const fourth = take(5);
  await take(2);
  assert.deepEqual(begun, [8, 9, 2]);
  first();
  (await third)();
  assert.deepEqual(begun, [8, 9, 2, 7]);
  second();
  (await fourth)();
  (await take(20))();
  assert.deepEqual(begun, [8, 9, 2, 7, 5, 20]);
  await take(30);
  const last = [take(3), take(4)];
  turns.close();
  await Promise.all(last);
});

Deno.test("a turn that was given up before it came is given back when it does", async () => {
  const turns = new Turns(10, 2);
  const first = turns.turn();
  await first.come(10);
  const second = turns.turn();
  const given = second.come(10);
  second.end();
  first.end();
  await given;
  const third = turns.turn();
  await third.come(10);
  third.end();
});
