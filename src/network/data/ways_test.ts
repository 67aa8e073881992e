import assert from "node:assert/strict";
import { ErrorCode, fault } from "../../errors/mod.ts";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  simClock,
} from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import type { KnownRecord } from "../record.ts";
import { Ways } from "./ways.ts";

const recordOf = (hosts: string[]) => ({ id: "peer", hosts } as KnownRecord);

/** A peer at these hosts; who is in `closed` is not reached. */
function open(hosts: string[], { isFirst = true } = {}) {
  const scheduler = new Scheduler(seededRandom(1));
  const clock = simClock(scheduler);
  const dialled: [string, number][] = [];
  const connected = new Set<string>();
  const closed = new Set<string>();
  const ways = new Ways(recordOf(hosts), {
    ...{ clock, isFirst, random: seededRandom(2), log: collectingLog() },
    isConnected: () => connected.size > 0,
    isWanted: (host) => !connected.has(host),
    dial: (_, host) => {
      dialled.push([host, clock.monotonic()]);
      if (closed.has(host)) {
        return Promise.reject(fault(ErrorCode.PEER_UNREACHABLE));
      }
      connected.add(host);
      return Promise.resolve();
    },
  });
  const hostsDialled = () => dialled.map(([host]) => host);
  return { scheduler, dialled, hostsDialled, connected, closed, ways };
}

Deno.test("each host of a record is dialled once, the first ones one after the other", async () => {
  const { scheduler, dialled, ways } = open(["10.0.0.1", "10.0.0.2"]);
  await scheduler.run(60_000);
  assert.deepEqual(dialled, [
    ["10.0.0.1", 0],
    ["10.0.0.2", LIMITS.hostAfterMs],
  ]);
  ways.close();
});

Deno.test("a peer with many hosts is dialled at some", async () => {
  const hosts = Array.from({ length: 8 }, (_, n) => `10.0.0.${n}`);
  const { scheduler, hostsDialled, ways } = open(hosts);
  await scheduler.run(60_000);
  assert.deepEqual(hostsDialled(), hosts.slice(0, LIMITS.hostsDialledMax));
  ways.close();
});

Deno.test("the side that does not dial first waits, and dials only where no connection leads", async () => {
  const { scheduler, dialled, connected, ways } = open(
    ["10.0.0.1", "10.0.0.2"],
    { isFirst: false },
  );
  connected.add("10.0.0.1");
  await scheduler.run(60_000);
  assert.deepEqual(dialled, [
    ["10.0.0.2", LIMITS.yieldMs + LIMITS.hostAfterMs],
  ]);
  ways.close();
});

Deno.test("a host that is not reached is tried again, seldom while another is connected, and soon when none is", async () => {
  const { scheduler, hostsDialled, connected, closed, dialled, ways } = open([
    "10.0.0.1",
    "10.0.0.2",
  ]);
  closed.add("10.0.0.2");
  await scheduler.run(600_000);
  const before = hostsDialled().length;
  assert.ok(before > 10 && before < 40, `${before} dials`);
  connected.delete("10.0.0.1");
  closed.add("10.0.0.1");
  const atMs = 600_000;
  ways.lost("10.0.0.1", true);
  await scheduler.run(60_000);
  const after = dialled.slice(before);
  assert.ok(after[0]![1] - atMs <= LIMITS.redialMsMin);
  assert.ok(after.filter(([host]) => host === "10.0.0.2").length >= 5);
  ways.close();
});

Deno.test("a path that is lost is dialled again, a closed one never", async () => {
  const { scheduler, hostsDialled, connected, ways } = open([
    "10.0.0.1",
    "10.0.0.2",
  ]);
  await scheduler.run(60_000);
  connected.delete("10.0.0.2");
  ways.lost("10.0.0.2", true);
  await scheduler.run(LIMITS.redialMsMin);
  assert.deepEqual(hostsDialled().slice(2), ["10.0.0.2"]);
  ways.close();
  connected.clear();
  ways.lost("10.0.0.1", true);
  await scheduler.run(60_000);
  assert.equal(hostsDialled().length, 3);
});

Deno.test("the machine itself is dialled only where nothing else answers", async () => {
  const { scheduler, hostsDialled, ways } = open(["127.0.0.1", "10.0.0.1"]);
  await scheduler.run(60_000);
  assert.deepEqual(hostsDialled(), ["10.0.0.1"]);
  ways.close();
  const other = open(["127.0.0.1", "10.0.0.1"]);
  other.closed.add("10.0.0.1");
  await other.scheduler.run(LIMITS.hostAfterMs);
  assert.ok(other.hostsDialled().includes("127.0.0.1"));
  other.ways.close();
});

Deno.test("a later record takes the place of the hosts before it, in whatever form they are written", async () => {
  const { scheduler, hostsDialled, ways } = open(["2001:db8::1"]);
  ways.use(recordOf(["2001:db8:0::2", "2001:0db8::2"]));
  await scheduler.run(60_000);
  assert.deepEqual(hostsDialled(), ["2001:db8:0:0:0:0:0:2"]);
  ways.close();
});

Deno.test("a peer that says every moment that it is reached elsewhere sets off no storm of dials", async () => {
  const { scheduler, dialled, closed, ways } = open(["10.0.0.1"]);
  for (let n = 0; n < 1_000; n++) {
    const host = `10.1.0.${n % 250}`;
    closed.add(host);
    ways.use(recordOf([host]));
    if (n % 2 === 1) ways.lost(host, true);
    await scheduler.run(n < 500 ? 10 : 300);
  }
  // A dial that fails at once is repeated once meanwhile.
  const most = 2 * 500 * (10 + 300) / LIMITS.dialEveryMs;
  assert.ok(dialled.length <= most, `${dialled.length}`);
  ways.use(recordOf(["10.2.0.1"]));
  await scheduler.run(LIMITS.dialEveryMs);
  assert.equal(dialled.at(-1)?.[0], "10.2.0.1");
  ways.close();
});
