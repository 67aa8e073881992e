import assert from "node:assert/strict";
import { LIMITS } from "../limits.ts";
import { Bans } from "./bans.ts";

const HOUR_MS = 3_600_000;

function open() {
  let now = 1_000_000;
  const bans = new Bans({ now: () => now });
  return { bans, pass: (ms: number) => now += ms };
}

Deno.test("a ban ends by itself, and the next one is twice as long, up to a day", () => {
  const { bans, pass } = open();
  const lengths = [];
  for (let n = 0; n < 7; n++) {
    bans.add("a", "garbage");
    let hours = 0;
    for (; bans.get("a"); hours++) pass(HOUR_MS);
    lengths.push(hours);
  }
  assert.deepEqual(lengths, [1, 2, 4, 8, 16, 24, 24]);
  assert.deepEqual([bans.all(), bans.known().length], [[], 1]);
  pass(24 * HOUR_MS);
  assert.deepEqual(bans.known(), []);
  assert.equal(bans.add("a", "garbage").count, 1);
});

Deno.test("of very many bans the one that ends first is forgotten", () => {
  const { bans, pass } = open();
  for (let n = 0; n <= LIMITS.bansMax; n++) {
    bans.add(String(n), "garbage");
    pass(1);
  }
  assert.equal(bans.all().length, LIMITS.bansMax);
  assert.equal(bans.get("0"), undefined);
  assert.equal(bans.all()[0]?.id, String(LIMITS.bansMax));
});

Deno.test("a ban of an earlier run holds for the rest of its time", () => {
  const { bans, pass } = open();
  const untilMs = 1_000_000 + HOUR_MS;
  bans.restore({ id: "a", reason: "garbage", untilMs, count: 3 });
  assert.equal(bans.get("a")?.reason, "garbage");
  pass(HOUR_MS);
  assert.equal(bans.get("a"), undefined);
  assert.equal(bans.add("a", "again").count, 4);
});
