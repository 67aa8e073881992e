import assert from "node:assert/strict";
import { seededRandom } from "../random.ts";
import { Scheduler } from "../scheduler.ts";
import type { End } from "./end.ts";
import { type Arrival, Internet } from "./internet.ts";

const TERMS = {
  idleMs: 30_000,
  keepAliveMs: 10_000,
  streamsMax: { one: 2, two: 2 },
};
const [HERE, THERE] = ["10.0.0.1", "10.0.0.2"];

/** Two hosts, connected; whoever is told of a stream keeps it. */
async function world(loss = 0) {
  const scheduler = new Scheduler(seededRandom(1));
  const internet = new Internet(scheduler, seededRandom(2), { loss });
  let far: End | undefined;
  const socket = internet.bind({ host: THERE, port: 7 }, (arrival) => {
    far = arrival.accept(`welcome ${arrival.hello}`).end;
  })!;
  const own = internet.bind({ host: HERE, port: 0 }, () => {})!;
  const { end, made } = own.connect(socket.address, TERMS, "Anna");
  await scheduler.run(1_000);
  return { scheduler, internet, socket, own, end, far: far!, made };
}

/** What a promise has come to, if it has. */
function fate(promise: Promise<unknown>) {
  const seen: { what?: unknown } = {};
  promise.then(
    (value) => seen.what = value,
    (error) => seen.what = String(error),
  );
  return seen;
}

Deno.test("bytes come whole and in order, whatever is lost on the way, until the end", async () => {
  const { scheduler, end, far, made } = await world(0.3);
  assert.equal(await made, "welcome Anna");
  const read: number[] = [];
  far.onStream = async ({ label, input }) => {
    assert.equal(label, "numbers");
    for (let chunk; (chunk = await input!.read());) read.push(...chunk);
    read.push(-1);
  };
  const { output } = await end.open("numbers", "one");
  for (let n = 0; n < 50; n++) {
    scheduler.schedule(n, () => output!.write(Uint8Array.of(n)));
  }
  scheduler.schedule(60, () => output!.end());
  await scheduler.run(5_000);
  assert.deepEqual(read, [...Array(50).keys(), -1]);
});

Deno.test("a writer waits for its reader, and streams beyond the bound for the end of others", async () => {
  const { scheduler, end, far } = await world();
  const streams: (() => Promise<void>)[] = [];
  far.onStream = ({ input }) => {
    streams.push(async () => {
      while (await input!.read());
    });
  };
  const { output } = await end.open("", "one");
  await end.open("", "one");
  const third = fate(end.open("", "one"));
  const writing = fate(output!.write(new Uint8Array(2_000_000)));
  await scheduler.run(1_000);
  assert.ok(!("what" in writing) && !("what" in third));
  output!.end();
  streams[0]!();
  await scheduler.run(1_000);
  assert.ok("what" in writing && "what" in third);
});

Deno.test("what a short partition holds back comes after it; a long one ends both sides", async () => {
  const { scheduler, internet, end, far } = await world();
  const words: unknown[] = [];
  far.onWord = (word) => words.push(word);
  const apart = (host: string) => host === HERE ? 1 : 2;
  internet.partition(apart);
  end.say("late");
  await scheduler.run(10_000);
  assert.deepEqual(words, []);
  internet.heal();
  await scheduler.run(1_000);
  assert.deepEqual(words, ["late"]);
  const [one, other] = [fate(end.closed), fate(far.closed)];
  internet.partition(apart);
  await scheduler.run(TERMS.idleMs + 1);
  assert.deepEqual(
    [one.what, other.what],
    new Array(2).fill("Error: timed out"),
  );
  assert.deepEqual(internet.ends, []);
});

Deno.test("who closes is heard at once, who vanishes only after the idle time", async () => {
  const first = await world();
  const closed = fate(first.far.closed);
  first.own.close({ code: 3, reason: "bye" });
  await first.scheduler.run(1_000);
  assert.deepEqual(closed.what, { code: 3, reason: "bye" });
  const second = await world();
  const lost = fate(second.far.closed);
  second.internet.vanish(HERE);
  await second.scheduler.run(TERMS.idleMs - TERMS.keepAliveMs - 1);
  assert.ok(!("what" in lost));
  await second.scheduler.run(TERMS.keepAliveMs + 2);
  assert.equal(lost.what, "Error: timed out");
});

Deno.test("where nobody listens a dial fails after the idle time, and a port is had by one", async () => {
  const { scheduler, internet, own } = await world();
  const dialled = fate(
    own.connect({ host: THERE, port: 8 }, TERMS, "").made,
  );
  await scheduler.run(TERMS.idleMs + 1);
  assert.equal(dialled.what, "Error: timed out");
  assert.equal(internet.bind({ host: THERE, port: 7 }, () => {}), undefined);
});

Deno.test("a closed socket dials no more, takes nobody any more, and leaves the next at its port alone", async () => {
  const { scheduler, internet, socket, own } = await world();
  const address = { host: HERE, port: 9 };
  let late: Arrival | undefined;
  const former = internet.bind(address, (arrival) => late = arrival)!;
  own.connect(address, TERMS, "");
  await scheduler.run(1_000);
  former.close({ code: 0, reason: "" });
  const next = internet.bind(address, () => {})!;
  assert.throws(() => former.connect(socket.address, TERMS, ""), /closed/);
  assert.throws(() => late!.accept(""), /closed/);
  former.close({ code: 0, reason: "" });
  assert.equal(internet.bind(address, () => {}), undefined);
  assert.equal(internet.bound.length, 3);
  next.close({ code: 0, reason: "" });
  assert.equal(internet.bound.length, 2);
});
