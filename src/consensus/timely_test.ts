import assert from "node:assert/strict";
import { isTimely } from "./timely.ts";

const PARAMETERS = { precisionMs: 500n, messageDelayMs: 2_000n };

function timely(timeMs: bigint, receivedMs: number, round = 0): boolean {
  return isTimely(PARAMETERS, timeMs, { receivedMs, round });
}

Deno.test("a block's time may be ahead of the receiver's by the precision", () => {
  assert.ok(timely(10_500n, 10_000));
  assert.equal(timely(10_501n, 10_000), false);
});

Deno.test("a block's time may be behind by the message delay and the precision", () => {
  assert.ok(timely(10_000n, 12_500));
  assert.equal(timely(10_000n, 12_501), false);
});

Deno.test("later rounds allow longer delays", () => {
  assert.ok(timely(10_000n, 12_700, 1));
  assert.ok(timely(10_000n, 14_500, 10));
  assert.equal(timely(10_501n, 10_000, 10), false);
});
