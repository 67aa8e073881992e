import assert from "node:assert/strict";
import { collectingLog } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Blocks } from "./blocks.ts";

function open() {
  let now = 0;
  const clock = { monotonic: () => now };
  const log = collectingLog();
  const blocks = new Blocks(clock, log, 1_000);
  return { pass: (ms: number) => now += ms, log, blocks };
}

Deno.test("an address is blocked for a while, the next time for twice as long, ten minutes at most, and named each time", () => {
  const { pass, log, blocks } = open();
  for (let count = 1; count <= 12; count++) {
    blocks.add("192.0.2.1", "floods");
    const ms = Math.min(LIMITS.blockMsMax, 1_000 * 2 ** (count - 1));
    pass(ms - 1);
    assert.ok(blocks.holds("192.0.2.1"), `${count}`);
    assert.ok(!blocks.holds("192.0.2.2"));
    pass(1);
    assert.ok(!blocks.holds("192.0.2.1"), `${count}`);
    assert.deepEqual(log.lines.at(-1), {
      level: "warn",
      event: "address blocked",
      fields: {
        ...{ address: "192.0.2.1", reason: "floods" },
        ...{ count, notHeardMs: ms },
      },
    });
  }
});

Deno.test("after a quiet time a block is as the first", () => {
  const { pass, blocks } = open();
  blocks.add("192.0.2.1", "floods");
  pass(1_000 + LIMITS.blockMsMax);
  blocks.add("192.0.2.1", "floods");
  pass(1_000);
  assert.ok(!blocks.holds("192.0.2.1"));
});

Deno.test("too many blocks are not all remembered and not all told", () => {
  const { pass, log, blocks } = open();
  for (let n = 0; n < LIMITS.blocksMax + 10; n++) blocks.add(`a${n}`, "floods");
  assert.equal(blocks.size, LIMITS.blocksMax);
  const told = log.lines.length;
  assert.ok(told < 30, `${told} lines`);
  pass(60_000);
  blocks.add("last", "floods");
  const { more } = log.lines.at(-1)!.fields;
  assert.equal(more, LIMITS.blocksMax + 10 - told);
});
