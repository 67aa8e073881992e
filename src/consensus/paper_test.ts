/** Lines of "The latest gossip on BFT consensus" (arXiv 1807.04938), algorithm 1. */
import assert from "node:assert/strict";
import {
  EngineBench,
  proposalsOf,
  TimeoutKind,
  timersOf,
  votesOf,
} from "./testing/engine_bench.ts";

/** Two thirds prevoted for block 1 in round 0, and this engine too: it is locked on it. */
function locked(): EngineBench {
  const bench = new EngineBench();
  bench.start();
  bench.proposal(0, 1);
  assert.deepEqual(votesOf(bench.prevotes(0, 1, 1)), ["precommit 0 of 1"]);
  return bench;
}

/** Round 1 begins after precommits for nothing. */
function nextRound(bench: EngineBench): void {
  bench.precommits(0, 0, 0, 0);
  bench.timeout(TimeoutKind.precommit, 0);
  assert.equal(bench.round, 1);
}

Deno.test("L14-L19: the proposer of a round asks for a block and proposes it without proof of lock", () => {
  const bench = new EngineBench(true);
  assert.ok(bench.start().some(({ type }) => type === "getValue"));
  assert.deepEqual(proposalsOf(bench.built(0, 5)), ["0 5 -1"]);
});

Deno.test("L15-L16: a proposer that has a valid block proposes that one again", () => {
  const bench = new EngineBench();
  bench.start();
  bench.proposal(0, 1);
  bench.prevotes(0, 1, 1);
  const proposals: string[] = [];
  for (let round = 0; round < 4; round++) {
    bench.precommits(round, 0, 0, 0);
    const effects = bench.timeout(TimeoutKind.precommit, round);
    assert.ok(!effects.some(({ type }) => type === "getValue"));
    proposals.push(...proposalsOf(effects));
  }
  assert.equal(proposals.length, 1);
  assert.match(proposals[0]!, /^\d 1 0$/);
});

Deno.test("L20-L21: whoever is not the proposer sets the propose timer", () => {
  assert.ok(timersOf(new EngineBench().start()).includes("0/0"));
});

Deno.test("L22-L24: a valid first proposal is prevoted", () => {
  const bench = new EngineBench();
  bench.start();
  assert.deepEqual(votesOf(bench.proposal(0, 1)), ["prevote 0 of 1"]);
});

Deno.test("L25-L26: an invalid proposal is prevoted against", () => {
  const bench = new EngineBench();
  bench.start();
  const effects = bench.proposal(0, 1, { isValid: false });
  assert.deepEqual(votesOf(effects), ["prevote 0 of nil"]);
});

Deno.test("L23-L26: locked on another block, a fresh proposal is prevoted against", () => {
  const bench = locked();
  nextRound(bench);
  assert.deepEqual(votesOf(bench.proposal(1, 2)), ["prevote 1 of nil"]);
});

Deno.test("L28-L30: locked on the block, it is prevoted again", () => {
  const bench = locked();
  nextRound(bench);
  const effects = bench.proposal(1, 1, { polRound: 0 });
  assert.deepEqual(votesOf(effects), ["prevote 1 of 1"]);
});

Deno.test("L28-L30: a later proof of lock for another block outweighs the own lock", () => {
  const bench = locked();
  nextRound(bench);
  bench.prevotes(1, 2, 2, 2);
  bench.timeout(TimeoutKind.propose, 1);
  bench.precommits(1, 0, 0, 0);
  bench.timeout(TimeoutKind.precommit, 1);
  assert.equal(bench.round, 2);
  const effects = bench.proposal(2, 2, { polRound: 1 });
  assert.ok(votesOf(effects).includes("prevote 2 of 2"));
});

Deno.test("L34-L35: two thirds of any prevotes set the prevote timer, once", () => {
  const bench = new EngineBench();
  bench.start();
  bench.proposal(0, 1);
  assert.ok(timersOf(bench.prevotes(0, 1, 0)).includes("1/0"));
  assert.ok(!timersOf(bench.prevotes(0, 1, 0, 0)).includes("1/0"));
});

Deno.test("L36-L41: two thirds of prevotes for the proposal lock it and precommit it", () => {
  locked();
});

Deno.test("L44-L46: two thirds of prevotes for nothing precommit nothing", () => {
  const bench = new EngineBench();
  bench.start();
  assert.deepEqual(votesOf(bench.timeout(TimeoutKind.propose, 0)), [
    "prevote 0 of nil",
  ]);
  assert.deepEqual(votesOf(bench.prevotes(0, 0, 0)), ["precommit 0 of nil"]);
});

Deno.test("L47-L48: two thirds of any precommits set the precommit timer", () => {
  const bench = new EngineBench();
  bench.start();
  assert.ok(timersOf(bench.precommits(0, 1, 0, 0)).includes("2/0"));
});

Deno.test("L49-L54: two thirds of precommits decide, of an earlier round as well", () => {
  const bench = new EngineBench();
  bench.start();
  bench.proposal(0, 1);
  nextRound(bench);
  assert.ok(!bench.proposal(1, 2).some(({ type }) => type === "decide"));
  const other = new EngineBench();
  other.start();
  other.precommits(0, 1, 1, 1);
  other.timeout(TimeoutKind.precommit, 0);
  const effects = other.proposal(0, 1);
  assert.ok(effects.some(({ type }) => type === "decide"));
});

Deno.test("L55-L56: votes of more than a third in a later round begin it", () => {
  const bench = new EngineBench();
  bench.start();
  bench.prevotes(3, 0);
  assert.equal(bench.round, 0);
  bench.prevotes(3, 0, 0);
  assert.equal(bench.round, 3);
});

Deno.test("L57-L60: the propose timer prevotes nothing, and says nothing later", () => {
  const bench = new EngineBench();
  bench.start();
  const effects = bench.timeout(TimeoutKind.propose, 0);
  assert.deepEqual(votesOf(effects), ["prevote 0 of nil"]);
  assert.deepEqual(votesOf(bench.timeout(TimeoutKind.propose, 0)), []);
});

Deno.test("L61-L64: the prevote timer precommits nothing", () => {
  const bench = new EngineBench();
  bench.start();
  bench.proposal(0, 1);
  bench.prevotes(0, 1, 0);
  const effects = bench.timeout(TimeoutKind.prevote, 0);
  assert.deepEqual(votesOf(effects), ["precommit 0 of nil"]);
});

Deno.test("L65-L67: the precommit timer begins the next round, only in its own", () => {
  const bench = new EngineBench();
  bench.start();
  nextRound(bench);
  bench.timeout(TimeoutKind.precommit, 0);
  assert.equal(bench.round, 1);
});
