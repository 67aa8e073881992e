/**
 * Scenarios of CometBFT's tests of its consensus state (`internal/consensus/state_test.go` and
 * `pbts_test.go` at f4d33abd), named after them. One engine of four, v2, proposes in round 0.
 * Where CometBFT leaves the paper, ours stays with it, and the test says so.
 */
import assert from "node:assert/strict";
import { play } from "./testing/quint/script.ts";

/** v2 has locked its own block A in round 0; the others precommitted nothing, and round 1 is v3's. */
const LOCKED = `
  start 0 > build 0/0
  propose A > proposal 0/0 A -1, prevote 0/0 A
  prevote 0/0 A by v1,v3,v4 > precommit 0/0 A
  precommit 0/0 nil by v1,v3,v4 > timer precommit 0
  timeout precommit > timer propose 1
`;

/** Nobody proposes: a round without effect. */
const nothing = (round: number) => `
  timeout propose > prevote 0/${round} nil
  prevote 0/${round} nil by v1,v3,v4 > precommit 0/${round} nil
  precommit 0/${round} nil by v1,v3 > timer precommit ${round}
`;

Deno.test("TestStateProposerSelection0, 2: everybody's turn comes, by round and by height", () => {
  const machine = play("v2", "start 0");
  const turns = [0, 1, 2, 3, 4].map((round) => machine.proposer(0, round));
  assert.deepEqual(turns, ["v2", "v3", "v4", "v1", "v2"]);
});

Deno.test("TestStateBadProposal: a bad block is neither prevoted nor precommitted, whoever else does", () => {
  play(
    "v1",
    `
    start 0
    proposal 0/0 invalid -1 by v2 > prevote 0/0 nil
    prevote 0/0 invalid by v2,v3,v4 > timer prevote 0
    timeout prevote > precommit 0/0 nil
  `,
  );
});

Deno.test("TestStateFullRound1, 2: a block goes through one round", () => {
  play(
    "v2",
    `
    start 0 > build 0/0
    propose A > proposal 0/0 A -1, prevote 0/0 A
    prevote 0/0 A by v1,v3 > precommit 0/0 A
    precommit 0/0 A by v1,v3 > decide 0/0 A
  `,
  );
});

Deno.test("TestStateFullRoundNil: without a block a round ends with nothing", () => {
  play("v1", "start 0" + nothing(0).replaceAll("v1", "v2"));
});

Deno.test("TestStateLock_NoPOL: locked on its block, it precommits nothing else", () => {
  play(
    "v2",
    LOCKED + `
    timeout propose > prevote 0/1 nil
    prevote 0/1 B by v1,v3 > timer prevote 1
    timeout prevote > precommit 0/1 nil
    precommit 0/1 B by v1,v3 > timer precommit 1
    timeout precommit
    proposal 0/2 B -1 by v4 > prevote 0/2 nil
    prevote 0/2 B by v1,v4 > timer prevote 2
    timeout prevote > precommit 0/2 nil
  `,
  );
});

Deno.test("TestStateLock_POLUpdateLock: two thirds for another block move the lock", () => {
  play(
    "v2",
    LOCKED + `
    proposal 0/1 B -1 by v3 > prevote 0/1 nil
    prevote 0/1 B by v1,v3,v4 > precommit 0/1 B
    precommit 0/1 nil by v1,v3,v4
    timeout precommit
    proposal 0/2 A -1 by v4 > prevote 0/2 nil
  `,
  );
});

Deno.test("TestStateLock_POLRelock: the locked block is locked again in a later round", () => {
  play(
    "v2",
    LOCKED + `
    proposal 0/1 A 0 by v3 > prevote 0/1 A
    prevote 0/1 A by v1,v3 > precommit 0/1 A
    precommit 0/1 A by v1,v3 > decide 0/1 A
  `,
  );
});

Deno.test("TestStateLock_PrevoteNilWhenLockedAndMissProposal", () => {
  play(
    "v2",
    LOCKED + nothing(1) + `
    timeout precommit
    proposal 0/2 B -1 by v4 > prevote 0/2 nil
  `,
  );
});

Deno.test("TestStateLock_PrevoteNilWhenLockedAndDifferentProposal, POLDoesNotUnlock: two thirds for nothing keep the lock", () => {
  play(
    "v2",
    LOCKED + `
    proposal 0/1 B -1 by v3 > prevote 0/1 nil
    prevote 0/1 nil by v1,v3,v4 > precommit 0/1 nil
    precommit 0/1 nil by v1,v3
    timeout precommit
    proposal 0/2 C -1 by v4 > prevote 0/2 nil
  `,
  );
});

Deno.test("TestStateLock_MissingProposalWhenPOLSeenDoesNotUpdateLock", () => {
  play(
    "v2",
    LOCKED + `
    timeout propose > prevote 0/1 nil
    prevote 0/1 B by v1,v3,v4 > timer prevote 1
    timeout prevote > precommit 0/1 nil
    precommit 0/1 nil by v1,v3
    timeout precommit
    proposal 0/2 A 0 by v4 > prevote 0/2 A
  `,
  );
});

Deno.test("TestStateLock_MissingProposalWhenPOLForLockedBlock: unlike CometBFT, it waits for the round's proposal", () => {
  play(
    "v2",
    LOCKED + `
    timeout propose > prevote 0/1 nil
    prevote 0/1 A by v1,v3,v4 > timer prevote 1
    proposal 0/1 A 0 by v3 > precommit 0/1 A
  `,
  );
});

Deno.test("TestState_MissingProposalValidBlockReceivedTimeout, Precommit: two thirds do not replace the proposal for a prevote", () => {
  play(
    "v2",
    `
    start 0
    prevote 0/1 A by v1,v3,v4 > timer propose 1
    timeout propose > prevote 0/1 nil
    proposal 0/1 A -1 by v3 > precommit 0/1 A
  `,
  );
});

Deno.test("TestStateLock_DoesNotLockOnOldProposal: a proposal of another round does not do", () => {
  play(
    "v2",
    `
    start 0
    propose A > proposal 0/0 A -1, prevote 0/0 A
    prevote 0/0 nil by v1,v3,v4 > precommit 0/0 nil
    precommit 0/0 nil by v1,v3
    timeout precommit
    timeout propose > prevote 0/1 nil
    prevote 0/1 A by v1,v3,v4 > timer prevote 1
    timeout prevote > precommit 0/1 nil
  `,
  );
});

/** Locked on B in round 1; round 0 had two thirds for A, unseen. */
const LOCKED_LATER = `
  start 0
  propose A > proposal 0/0 A -1, prevote 0/0 A
  precommit 0/0 nil by v1,v3,v4 > timer precommit 0
  timeout precommit
  proposal 0/1 B -1 by v3 > prevote 0/1 B
  prevote 0/1 B by v1,v3,v4 > precommit 0/1 B
  precommit 0/1 nil by v1,v3,v4
  timeout precommit
`;

Deno.test("TestStateLock_POLSafety1: two thirds of an earlier round do not move the lock", () => {
  play(
    "v2",
    LOCKED_LATER + `
    timeout propose > prevote 0/2 nil
    prevote 0/0 A by v1,v3,v4
    prevote 0/2 nil by v1,v3,v4 > precommit 0/2 nil
    precommit 0/2 nil by v1,v3
    timeout precommit
    proposal 0/3 B 1 by v1 > prevote 0/3 B
  `,
  );
});

Deno.test("TestStateLock_POLSafety2: a proposal with proof of a round before the lock is not prevoted", () => {
  play(
    "v2",
    LOCKED_LATER + `
    prevote 0/0 A by v1,v3,v4
    proposal 0/2 A 0 by v4 > prevote 0/2 nil
  `,
  );
});

Deno.test("TestState_PrevotePOLFromPreviousRound: two thirds of a round after the lock outweigh it", () => {
  play(
    "v2",
    LOCKED + `
    timeout propose > prevote 0/1 nil
    prevote 0/1 B by v1,v3,v4 > timer prevote 1
    timeout prevote > precommit 0/1 nil
    precommit 0/1 nil by v1,v3
    timeout precommit
    proposal 0/2 B 1 by v4 > prevote 0/2 B
    prevote 0/2 nil by v1,v3,v4 > precommit 0/2 nil
    precommit 0/2 nil by v1,v3
    timeout precommit
    proposal 0/3 A 0 by v1 > prevote 0/3 A
  `,
  );
});

Deno.test("TestSetValidBlockOnDelayedPrevote: it proposes again what late prevotes made valid", () => {
  play(
    "v2",
    `
    start 0
    propose A > proposal 0/0 A -1, prevote 0/0 A
    prevote 0/0 A by v1
    prevote 0/0 nil by v3 > timer prevote 0
    timeout prevote > precommit 0/0 nil
    prevote 0/0 A by v4
    precommit 0/0 nil by v1,v3
    timeout precommit
  ` + nothing(1) + "timeout precommit" + nothing(2) + "timeout precommit" +
      nothing(3) + "timeout precommit > proposal 0/4 A 0, prevote 0/4 A",
  );
});

Deno.test("TestSetValidBlockOnDelayedProposal: it proposes a block that came after two thirds for it", () => {
  const others = (round: number) => nothing(round).replaceAll("v1", "v2");
  play(
    "v1",
    `
    start 0
    timeout propose > prevote 0/0 nil
    prevote 0/0 A by v2,v3,v4 > timer prevote 0
    timeout prevote > precommit 0/0 nil
    proposal 0/0 A -1 by v2
    precommit 0/0 nil by v2,v3
    timeout precommit
  ` + others(1) + "timeout precommit" + others(2) +
      "timeout precommit > proposal 0/3 A 0, prevote 0/3 A",
  );
});

Deno.test("TestWaitingTimeoutProposeOnNewRound, TestWaitTimeoutProposeOnNilPolkaForTheCurrentRound: prevotes for nothing do not end the wait for a proposal", () => {
  for (const round of [0, 1]) {
    play(
      "v1",
      `
      start 0
      prevote 0/${round} nil by v2,v3,v4
      timeout propose > prevote 0/${round} nil, precommit 0/${round} nil
    `,
    );
  }
});

Deno.test("TestRoundSkipOnNilPolkaFromHigherRound: it joins a round, and leaves it with its timer", () => {
  const machine = play(
    "v1",
    `
    start 0
    precommit 0/1 nil by v2,v3,v4 > timer precommit 1
    timeout precommit
  `,
  );
  assert.equal(machine.round, 2);
});

Deno.test("TestStateHalt1, TestStartNextHeightCorrectlyAfterTimeout: a precommit of the last round decides in this one", () => {
  const machine = play(
    "v1",
    `
    start 0
    proposal 0/0 A -1 by v2 > prevote 0/0 A
    prevote 0/0 A by v2,v3,v4 > precommit 0/0 A
    precommit 0/0 nil by v2
    precommit 0/0 A by v3 > timer precommit 0
    timeout precommit
    timeout propose > prevote 0/1 nil
    precommit 0/0 A by v4 > decide 0/0 A
    start 1 > timer propose 0
  `,
  );
  assert.equal(machine.round, 0);
});

Deno.test("TestResetTimeoutPrecommitUponNewHeight: a timer of the last height ends nothing in this one", () => {
  const machine = play(
    "v1",
    `
    start 0
    proposal 0/0 A -1 by v2 > prevote 0/0 A
    prevote 0/0 A by v2,v3,v4 > precommit 0/0 A
    precommit 0/0 nil by v2
    precommit 0/0 A by v3,v4 > timer precommit 0, decide 0/0 A
    start 1
    elapsed 0 precommit 0
    proposal 1/0 B -1 by v2 > prevote 1/0 B
  `,
  );
  assert.equal(machine.round, 0);
});

Deno.test("TestStateSlashingPrevotes, Precommits: who voted twice is named with the decision", () => {
  for (const kind of ["prevote", "precommit"]) {
    const machine = play(
      "v1",
      `
      start 0
      proposal 0/0 A -1 by v2 > prevote 0/0 A
      ${kind} 0/0 B by v4
      ${kind} 0/0 A by v4
      prevote 0/0 A by v2,v3 > precommit 0/0 A
      precommit 0/0 A by v2,v3 > decide 0/0 A
    `,
    );
    assert.deepEqual([...machine.accused], ["v4"]);
  }
});

/** A height of two rounds; v2 proposes in the first. */
const TWO_ROUNDS = [
  "proposal 0/0 A -1 by v2",
  "prevote 0/0 A by v2",
  "prevote 0/0 A by v3",
  "precommit 0/0 nil by v2",
  "precommit 0/0 nil by v3",
  "timeout precommit",
  "proposal 0/1 A 0 by v3",
  "prevote 0/1 A by v3",
  "prevote 0/1 A by v4",
  "precommit 0/1 A by v3",
  "precommit 0/1 A by v4",
];

Deno.test("TestWALCrash: stopped after any entry of its log, it says nothing else than before, and decides the same", () => {
  const words = (said: string[]) =>
    said.filter((one) => !/^(timer|build) /.test(one));
  const whole = play("v1", "start 0");
  const said = words(TWO_ROUNDS.flatMap((input) => whole.feed(input)));
  assert.equal(said.at(-1), "decide 0/1 A");
  assert.ok(whole.logged.length > 10);
  for (let count = 0; count <= whole.logged.length; count++) {
    const again = play("v1", "start 0");
    const repeated = words([
      ...again.replay(whole.logged.slice(0, count)),
      ...TWO_ROUNDS.flatMap((input) =>
        input.startsWith("timeout") && again.round > 0 ? [] : again.feed(input)
      ),
    ]);
    assert.ok(
      repeated.every((one) => said.includes(one)),
      `${count}: ${repeated}`,
    );
    assert.equal(repeated.at(-1), "decide 0/1 A", `after ${count} entries`);
  }
});
