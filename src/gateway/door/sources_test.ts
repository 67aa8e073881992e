import assert from "node:assert/strict";
import { collectingLog } from "../../platform/mod.ts";
import { handClock } from "../testing/hand_clock.ts";
import type { Source } from "./source.ts";
import { Sources } from "./sources.ts";

const BUDGET = 16;
const MINUTE_MS = 60_000;

const of = (address: string, port: number): Source => ({
  address,
  connection: `${address} ${port}`,
});
const bad = (count: number) => ({ good: 0, bad: count });
const good = (count: number) => ({ good: count, bad: 0 });

function setUp() {
  const clock = handClock();
  const log = collectingLog();
  return { clock, log, sources: new Sources({ clock, log }) };
}

/** After how many milliseconds a source is heard again; 0 if it is now. */
function blockedMs(sources: Sources, source: Source): number {
  try {
    sources.check(source);
    return 0;
  } catch (thrown) {
    assert.equal((thrown as { codeName: string }).codeName, "SOURCE_BLOCKED");
    return (thrown as { retryAfterMs: number }).retryAfterMs;
  }
}

Deno.test("a source may err, then it is not heard for a while", () => {
  const { clock, sources } = setUp();
  const source = of("192.0.2.1", 1);
  assert.ok(sources.book(source, bad(BUDGET - 1)));
  assert.equal(blockedMs(sources, source), 0);
  assert.ok(!sources.book(source, bad(1)));
  const ms = blockedMs(sources, source);
  assert.ok(ms > 0);
  clock.pass(ms);
  assert.equal(blockedMs(sources, source), 0);
});

Deno.test("each further offence doubles the pause, up to ten minutes", () => {
  const { clock, sources } = setUp();
  const source = of("192.0.2.1", 1);
  const pauses = Array.from({ length: 12 }, () => {
    sources.book(source, bad(BUDGET));
    const ms = blockedMs(sources, source);
    clock.pass(ms);
    return ms;
  });
  assert.deepEqual(pauses.slice(0, 3), [2_000, 4_000, 8_000]);
  assert.equal(pauses.at(-1), 10 * MINUTE_MS);
});

Deno.test("new connections of an address that offended may err less, and its others go on", () => {
  const { sources } = setUp();
  const address = "192.0.2.1";
  const honest = of(address, 1);
  sources.book(honest, good(300));
  for (let port = 2; port < 8; port++) {
    sources.book(of(address, port), bad(BUDGET));
    assert.ok(blockedMs(sources, of(address, port)) > 0);
  }
  assert.equal(blockedMs(sources, honest), 0);
  assert.ok(sources.isProven(honest));
  assert.equal(sources.trial(of(address, 9)), 1);
  assert.ok(!sources.book(of(address, 9), bad(1)));
  assert.equal(sources.trial(of("192.0.2.2", 1)), 256);
});

Deno.test("more is looked at in one go with each signature that was good, until the source is proven", () => {
  const { sources } = setUp();
  const source = of("192.0.2.1", 1);
  assert.equal(sources.trial(source), 256);
  sources.book(of("192.0.2.1", 2), bad(BUDGET));
  sources.book(of("192.0.2.1", 3), bad(BUDGET));
  const late = of("192.0.2.1", 4);
  assert.equal(sources.trial(late), 4);
  sources.book(late, good(100));
  assert.equal(sources.trial(late), 100);
  assert.equal(sources.trial(source), BUDGET);
  assert.ok(!sources.isProven(source));
  sources.book(source, good(256));
  assert.ok(sources.isProven(source));
  sources.book(source, bad(1));
  assert.ok(!sources.isProven(source));
});

Deno.test("errors are forgiven with time and by good signatures, offences after a long time", () => {
  const { clock, sources } = setUp();
  const source = of("192.0.2.1", 1);
  sources.book(source, bad(BUDGET - 1));
  clock.pass(10_000);
  sources.book(source, good(500));
  assert.ok(sources.book(source, bad(2)), "three were left");
  sources.book(source, bad(BUDGET));
  assert.equal(sources.trial(of("192.0.2.1", 2)), BUDGET / 2);
  clock.pass(21 * MINUTE_MS);
  assert.equal(sources.trial(of("192.0.2.1", 3)), 256);
});

Deno.test("the log names an address once, however many connections it offends over", () => {
  const { log, sources } = setUp();
  for (let port = 0; port < 20; port++) {
    sources.book(of("192.0.2.1", port), bad(BUDGET));
  }
  sources.book(of("192.0.2.2", 1), bad(BUDGET));
  assert.deepEqual(
    log.lines.map(({ fields }) => fields.source),
    ["192.0.2.1", "192.0.2.2"],
  );
});

Deno.test("a hundred thousand addresses take the place of older ones, not more memory", () => {
  const { sources } = setUp();
  const first = of("2001:db8::/64", 1);
  sources.book(first, bad(BUDGET));
  for (let n = 0; n < 100_000; n++) {
    sources.book(of(`2001:db8:${n.toString(16)}::/64`, n), bad(BUDGET));
  }
  assert.equal(blockedMs(sources, first), 0, "forgotten");
  assert.ok(blockedMs(sources, of("2001:db8:1869f::/64", 99_999)) > 0);
});
