import assert from "node:assert/strict";
import { collectingLog } from "../../platform/mod.ts";
import { Drops } from "./drops.ts";
import { Guard } from "./guard.ts";

const LIMITS = {
  connections_per_address: 2,
  handshakes_per_minute: 60,
  block_ms: 10_000,
};

function open(limits: Partial<typeof LIMITS> = {}) {
  let now = 0;
  const log = collectingLog();
  const drops = new Drops();
  const guard = new Guard({
    ...{ log, drops, limits: { ...LIMITS, ...limits } },
    clock: { monotonic: () => now },
    isExempt: (host) => host.startsWith("127."),
  });
  /** How many of so many connections, one after the other, get in. */
  const visits = (host: string, count: number) => {
    let inside = 0;
    for (let n = 0; n < count; n++) {
      const pass = guard.enter(host);
      if (pass) inside++;
      pass?.leave();
    }
    return inside;
  };
  const blocked = () => log.lines.map(({ fields }) => fields.address);
  return {
    ...{ guard, log, drops, visits, blocked },
    pass: (ms: number) => now += ms,
  };
}

Deno.test("an address, a /24 and a /16 have so many connections at once, and others go on", () => {
  const { guard, drops } = open();
  const inside = (host: string) => guard.enter(host) !== undefined;
  assert.deepEqual(Array.from({ length: 3 }, () => inside("10.1.1.1")), [
    ...[true, true, false],
  ]);
  for (let n = 2; n <= 4; n++) {
    assert.ok(inside(`10.1.1.${n}`) && inside(`10.1.1.${n}`));
  }
  assert.ok(!inside("10.1.1.5"), "the /24 is full");
  for (let n = 2; n <= 4; n++) {
    for (let m = 1; m <= 4; m++) {
      assert.ok(inside(`10.1.${n}.${m}`) && inside(`10.1.${n}.${m}`));
    }
  }
  assert.ok(!inside("10.1.5.1"), "the /16 is full");
  assert.ok(inside("10.2.1.1"));
  assert.deepEqual(drops.all(), { connections: 3 });
});

Deno.test("a connection that ended makes room", () => {
  const { guard } = open();
  const first = guard.enter("10.1.1.1");
  guard.enter("10.1.1.1");
  assert.equal(guard.enter("10.1.1.1"), undefined);
  first!.leave();
  assert.ok(guard.enter("10.1.1.1"));
});

Deno.test("an address that floods is blocked and named once; after the pause it is heard again", () => {
  const { visits, drops, blocked, pass, guard } = open();
  assert.equal(visits("10.1.1.1", 1_000), 30);
  assert.ok(guard.isBlocked("10.1.1.1"));
  assert.deepEqual(blocked(), ["10.1.1.1"]);
  const { handshakes, blocked: refused } = drops.all();
  assert.equal(handshakes! + refused!, 970);
  assert.ok(handshakes! < 20);
  assert.equal(visits("10.1.1.2", 1), 1, "its neighbour");
  pass(10_000);
  assert.equal(visits("10.1.1.1", 5), 5);
});

Deno.test("a /24 that floods from many addresses is blocked, a /16 never", () => {
  const { visits, blocked, guard } = open();
  let inside = 0;
  for (let n = 0; n < 250; n++) inside += visits(`10.1.1.${n}`, 8);
  assert.ok(inside <= 120, `${inside}`);
  assert.ok(guard.isBlocked("10.1.1.250"));
  assert.deepEqual(blocked(), ["10.1.1.0/24"]);
  for (let n = 2; n < 250; n++) {
    for (let m = 0; m < 8; m++) inside += visits(`10.1.${n}.${m}`, 1);
  }
  assert.ok(inside <= 480, `${inside}`);
  assert.deepEqual(blocked(), ["10.1.1.0/24"]);
});

Deno.test("what else goes wrong at an address counts, seldom mistakes do not", () => {
  const { guard, pass, blocked } = open();
  for (let n = 0; n < 1_000; n++) {
    guard.offend("10.1.1.1", "does not say who it is");
    pass(10_000);
  }
  assert.deepEqual(blocked(), []);
  for (let n = 0; n < 20; n++) guard.offend("10.1.1.1", "says nothing");
  assert.deepEqual(blocked(), ["10.1.1.1"]);
});

Deno.test("validators, persistent peers and this machine have no bounds by address", () => {
  const { guard, visits } = open();
  guard.protect(["10.1.1.1"]);
  assert.equal(visits("10.1.1.1", 1_000), 1_000);
  assert.equal(visits("127.0.0.1", 1_000), 1_000);
  for (let n = 0; n < 100; n++) guard.offend("10.1.1.1", "says nothing");
  assert.ok(!guard.isBlocked("10.1.1.1"));
  guard.protect(["2001:0DB8:0:0::7", "::ffff:10.1.1.2", "::ffff:a01:103"]);
  for (const host of ["2001:db8::7", "10.1.1.2", "10.1.1.3"]) {
    assert.equal(visits(host, 1_000), 1_000, host);
  }
});
