import assert from "node:assert/strict";
import { seededRandom } from "../../platform/mod.ts";
import { Arrivals, WINDOW } from "./arrivals.ts";
import { Flight } from "./flight.ts";
import { PathHealth } from "./health.ts";
import { LIMITS } from "../limits.ts";
import { Copies } from "./copies.ts";
import { type PathState, route } from "./route.ts";

function state(
  path: string,
  { rttMs, rate = 1_000, isLate = false, bytesOnTheWay = 0, hasRoom = true }: {
    rttMs: number;
    /** Bytes a millisecond. */
    rate?: number;
    isLate?: boolean;
    bytesOnTheWay?: number;
    hasRoom?: boolean;
  },
): PathState<string> {
  const health = new PathHealth();
  health.measure(rttMs);
  health.deliver(rate, 1, 0);
  health.isLate = isLate;
  return { path, health, bytesOnTheWay, hasRoom };
}

Deno.test("what is urgent takes all paths, an announcement the nearest, bulk the one by which it arrives first", () => {
  const near = state("near", { rttMs: 10, rate: 100 });
  const wide = state("wide", { rttMs: 100, rate: 10_000 });
  assert.deepEqual(route(0, 300, [near, wide]), ["near", "wide"]);
  assert.deepEqual(route(1, 300, [wide, near]), ["near"]);
  assert.deepEqual(route(2, 1_000, [near, wide]), ["near"]);
  assert.deepEqual(route(2, 100_000, [near, wide]), ["wide"]);
  const busy = { ...wide, bytesOnTheWay: 20_000_000 };
  assert.deepEqual(route(2, 100_000, [near, busy]), ["near"]);
  assert.deepEqual(route(2, 1, []), []);
});

Deno.test("a late path carries only what is urgent, unless all are late", () => {
  const late = state("late", { rttMs: 1, isLate: true });
  const good = state("good", { rttMs: 500 });
  assert.deepEqual(route(0, 1, [late, good]), ["late", "good"]);
  assert.deepEqual(route(1, 1, [late, good]), ["good"]);
  assert.deepEqual(route(2, 1, [late, good]), ["good"]);
  assert.deepEqual(route(2, 1, [late]), ["late"]);
});

Deno.test("a path without room is left out by votes and announcements; bulk waits for it where that is better", () => {
  const near = state("near", { rttMs: 10, hasRoom: false });
  const far = state("far", { rttMs: 100, rate: 10 });
  assert.deepEqual(route(0, 300, [near, far]), ["far"]);
  assert.deepEqual(route(1, 300, [near, far]), ["far"]);
  assert.deepEqual(route(2, 100_000, [near, far]), []);
  const full = { ...near, bytesOnTheWay: 100_000_000 };
  assert.deepEqual(route(2, 100_000, [full, far]), ["far"]);
});

Deno.test("of many paths the nearest carry votes", () => {
  const count = LIMITS.urgentPathsMax + 3;
  const paths = Array.from(
    { length: count },
    (_, n) => state(`${n}`, { rttMs: 100 - n }),
  );
  const taken = route(0, 300, paths);
  assert.equal(taken.length, LIMITS.urgentPathsMax);
  assert.ok(taken.includes(`${count - 1}`) && !taken.includes("0"));
});

Deno.test("a peer that has started anew counts anew, each class for itself", () => {
  const copies = new Copies();
  assert.equal(copies.of("one", 0).isNew(5), true);
  assert.equal(copies.of("one", 0).isNew(5), false);
  assert.equal(copies.of("one", 2).isNew(5), true);
  assert.equal(copies.of("other", 0).isNew(5), true);
});

Deno.test("a sender that was slower than its path says nothing of it, a faster one does", () => {
  const health = new PathHealth();
  health.measure(100);
  health.deliver(50_000, 100, 1_000_000);
  assert.equal(health.rate, 500);
  for (let count = 0; count < 16; count++) health.deliver(1_000, 100, 1_000);
  assert.equal(health.rate, 500);
  health.deliver(90_000, 100, 1_000);
  assert.equal(health.rate, 900);
  for (let count = 0; count < 16; count++) health.deliver(100, 1, 1_000_000);
  assert.equal(health.rate, 100);
});

Deno.test("of several copies the first arrives, in any order within the window", () => {
  const random = seededRandom(3);
  const arrivals = new Arrivals();
  const seen = new Set<number>();
  let highest = 0;
  for (let count = 0; count < 100_000; count++) {
    highest = Math.max(highest, count >> 1);
    const back = random.integer(Math.min(highest + 1, WINDOW - 1));
    const number = highest - back;
    assert.equal(arrivals.isNew(number), !seen.has(number), `${number}`);
    seen.add(number);
  }
});

Deno.test("what is no number, or older than the window, is no news", () => {
  const arrivals = new Arrivals();
  for (const number of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assert.equal(arrivals.isNew(number), false, `${number}`);
  }
  const far = 3 * WINDOW + 5;
  assert.equal(arrivals.isNew(far), true);
  assert.equal(arrivals.isNew(far - WINDOW), false);
  assert.equal(arrivals.isNew(far - WINDOW + 1), true);
  assert.equal(arrivals.isNew(far - WINDOW + 1), false);
});

Deno.test("a frame is on its way until one path has brought it; lost with its last path only", () => {
  const flight = new Flight<string, string>();
  const put = (number: number, ...paths: string[]) => {
    const sent = { number, frame: `frame ${number}`, bytes: 10 };
    for (const path of paths) flight.put(sent, path);
  };
  put(0, "a", "b");
  put(1, "a");
  put(2, "b");
  put(3, "a", "b");
  assert.deepEqual([flight.bytes, flight.bytesOn("a")], [40, 30]);
  assert.deepEqual(flight.only("a").map(({ number }) => number), [1]);
  assert.equal(flight.acknowledge("b", 1), 10);
  assert.deepEqual([flight.oldest, flight.bytesOn("a")], [1, 20]);
  assert.equal(flight.acknowledge("a", 1), 0, "it had arrived by b");
  const stranded = flight.lose("a");
  assert.deepEqual(stranded.map(({ number }) => number), [1]);
  assert.deepEqual([flight.isOn("a", 3), flight.isOn("b", 3)], [false, true]);
  flight.put(stranded[0]!, "b");
  assert.equal(flight.acknowledge("a", 1), 0, "a lost path brings nothing");
  assert.equal(flight.acknowledge("b", 5), 30, "no more than was sent");
  assert.deepEqual(
    [flight.oldest, flight.bytes, flight.bytesOn("b")],
    [undefined, 0, 0],
  );
});
