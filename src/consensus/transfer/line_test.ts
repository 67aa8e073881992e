import assert from "node:assert/strict";
import { Line, PIECE_BYTES } from "./line.ts";

/** A line that passes so many bytes a millisecond, and takes so long. */
function driven(bytesPerMs: number, latencyMs: number) {
  const line = new Line();
  let nowMs = 0;
  let freeMs = 0;
  const coming: { atMs: number; ticket: ReturnType<Line["ask"]> }[] = [];
  const ask = () => {
    freeMs = Math.max(freeMs, nowMs) + PIECE_BYTES / bytesPerMs;
    const ticket = line.ask(PIECE_BYTES, nowMs);
    coming.push({ atMs: freeMs + latencyMs, ticket });
  };
  const run = (answers: number) => {
    for (let count = 0; count < answers; count++) {
      while (line.hasRoom(PIECE_BYTES)) ask();
      const { atMs, ticket } = coming.shift()!;
      nowMs = atMs;
      line.answered(ticket, PIECE_BYTES, nowMs);
    }
  };
  return { line, run, inFlight: () => coming.length, now: () => nowMs };
}

const near = (value: number | undefined, expected: number, part = 0.1) =>
  assert.ok(
    Math.abs(value! - expected) < part * expected,
    `${value}, expected ${expected}`,
  );

Deno.test("rate and latency of a line are found, and twice their product is in flight", () => {
  for (const [rate, latency] of [[1_000, 10], [5_000, 100], [100, 5]]) {
    const { line, run } = driven(rate!, latency!);
    run(60);
    near(line.bytesPerMs, rate!);
    const leastMs = latency! + PIECE_BYTES / rate!;
    assert.ok(line.latencyMs! >= leastMs - 0.01);
    assert.ok(line.windowBytes >= rate! * latency! + PIECE_BYTES);
  }
});

Deno.test("little is asked of a peer that nobody knows, and never more than a bound", () => {
  const unknown = new Line();
  assert.equal(unknown.windowBytes, 2 * PIECE_BYTES);
  const { line, run, inFlight } = driven(1_000_000, 500);
  run(200);
  assert.equal(line.windowBytes, 16 * PIECE_BYTES);
  assert.ok(inFlight() <= 16);
});

Deno.test("small answers say nothing of the rate", () => {
  const line = new Line();
  for (let nowMs = 0; nowMs < 1_000; nowMs += 50) {
    line.answered(line.ask(1_000, nowMs), 1_000, nowMs + 50);
  }
  assert.equal(line.bytesPerMs, undefined);
  assert.equal(line.latencyMs, 50);
});

Deno.test("whoever owes an answer is away until it comes, and has more time for the next", () => {
  const line = new Line();
  const beforeMs = line.lateMs(PIECE_BYTES);
  const ticket = line.ask(PIECE_BYTES, 0);
  assert.equal(line.isAway(0), false);
  line.stall();
  assert.ok(line.isAway(beforeMs));
  line.answered(ticket, 10, beforeMs + 1);
  assert.equal(line.isAway(beforeMs + 1), false);
  assert.equal(line.lateMs(PIECE_BYTES), 2 * beforeMs);
});

Deno.test("whoever gave no answer is left alone, each time for longer, those asked for together once", () => {
  const line = new Line();
  let nowMs = 0;
  for (const awayMs of [1_000, 2_000, 4_000, 8_000, 16_000, 16_000]) {
    const tickets = [1, 2, 3].map(() => line.ask(PIECE_BYTES, nowMs));
    line.stall();
    for (const ticket of tickets) line.failed(ticket, nowMs);
    assert.ok(line.isAway(nowMs + awayMs - 1));
    nowMs += awayMs;
    assert.equal(line.isAway(nowMs), false);
    assert.ok(line.isIdle);
  }
  line.answered(line.ask(10, nowMs), 10, nowMs);
  line.failed(line.ask(10, nowMs), nowMs);
  assert.equal(line.isAway(nowMs + 1_000), false);
  line.lied(nowMs);
  assert.ok(line.isAway(nowMs + 15_999));
});
