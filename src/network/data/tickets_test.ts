import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Tickets } from "./tickets.ts";

const name = (number: number) => new Uint8Array(32).fill(number);

function open() {
  const scheduler = new Scheduler(seededRandom(1));
  return { scheduler, tickets: new Tickets<string>(simClock(scheduler)) };
}

Deno.test("a ticket serves once", () => {
  const { tickets } = open();
  tickets.put(name(1), "one");
  assert.equal(tickets.take(name(2)), undefined);
  assert.equal(tickets.take(name(1)), "one");
  assert.equal(tickets.take(name(1)), undefined);
});

Deno.test("a ticket serves for a time", async () => {
  const { scheduler, tickets } = open();
  tickets.put(name(1), "one");
  await scheduler.run(LIMITS.ticketMs);
  assert.equal(tickets.take(name(1)), undefined);
});

Deno.test("of too many tickets the oldest is forgotten", () => {
  const { tickets } = open();
  const long = (number: number) => {
    const bytes = new Uint8Array(32);
    new DataView(bytes.buffer).setUint32(0, number);
    return bytes;
  };
  for (let number = 0; number <= LIMITS.ticketsMax; number++) {
    tickets.put(long(number), String(number));
  }
  assert.equal(tickets.take(long(0)), undefined);
  assert.equal(tickets.take(long(1)), "1");
  assert.equal(tickets.take(long(LIMITS.ticketsMax)), `${LIMITS.ticketsMax}`);
});
