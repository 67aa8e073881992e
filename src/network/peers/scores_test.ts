import assert from "node:assert/strict";
import { LIMITS } from "../limits.ts";
import { Scores } from "./scores.ts";

function open() {
  let now = 0;
  const scores = new Scores({ monotonic: () => now });
  return { scores, pass: (ms: number) => now += ms };
}

Deno.test("deeds add up, in bounds, and fade by half in ten minutes", () => {
  const { scores, pass } = open();
  assert.equal(scores.of("a"), 0);
  scores.note("a", "answered");
  assert.equal(scores.note("a", "useful"), 1.5);
  assert.equal(scores.note("b", "late"), -5);
  assert.equal(scores.note("b", "invalid"), -30);
  pass(600_000);
  assert.deepEqual([scores.of("a"), scores.of("b")], [0.75, -15]);
  for (let n = 0; n < 1_000; n++) scores.note("a", "answered");
  for (let n = 0; n < 1_000; n++) scores.note("b", "invalid");
  assert.deepEqual([scores.of("a"), scores.of("b")], [100, -100]);
});

Deno.test("quick peers are better than slow ones, whatever they did", () => {
  const { scores } = open();
  scores.measure("near", 5);
  scores.measure("far", 240);
  scores.measure("lame", 60_000);
  const of = ["near", "far", "lame"].map((id) => scores.of(id));
  assert.deepEqual(of.toSorted((a, b) => b - a), of);
  assert.equal(of[2], -10);
  scores.measure("lame", 60_000);
  assert.equal(scores.of("lame"), -10);
});

Deno.test("of very many, those that did something longest ago are forgotten", () => {
  const { scores } = open();
  scores.note("first", "invalid");
  for (let n = 1; n < LIMITS.scoredPeersMax; n++) {
    scores.note(String(n), "useful");
  }
  assert.ok(scores.of("first") < 0);
  scores.note("one more", "useful");
  assert.equal(scores.of("first"), 0);
  assert.ok(scores.of("1") > 0);
});
